//! Many who read, or one who writes.
//!
//! Writers queue at a mutex of their own, so there is one at most at the door. It first closes the
//! door (WRITER), and then waits until the last reader has left: so readers who come and go without
//! end cannot keep it out. Readers wait at a closed door until the writer leaves.
//!
//! ```text
//!   state    WRITER | READERS_WAIT | number of readers
//!   drained  1 when the last reader has left before a waiting writer
//! ```
//!
//! A stream of writers without a gap does keep readers out: this lock is for data that are read
//! often and written now and then. A thread that reads must not read again inside: should a writer
//! have come between, it waits for itself.
//!
//! Sound: a writer's guard exists only while WRITER is set and no reader is counted, a reader's
//! only while it is counted, and no reader is counted in while WRITER is set.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::mutex::RawMutex;
use super::{const_new, futex};
use crate::primitive::atomic::{AtomicU32, Ordering};

/// A writer is in, or closes the door and waits until the readers have left.
const WRITER: u32 = 1 << 31;
/// A reader sleeps at the closed door.
const READERS_WAIT: u32 = 1 << 30;
const READERS: u32 = READERS_WAIT - 1;

/// A value that many may read at the same time, or one may change.
///
/// ```
/// use concurrency::sync::RwLock;
///
/// let prices = RwLock::new(vec![3, 5]);
/// let (one, other) = (prices.read(), prices.read());
/// assert_eq!(one.len() + other.len(), 4);
/// drop((one, other));
/// prices.write().push(8);
/// assert_eq!(*prices.read(), [3, 5, 8]);
/// ```
pub struct RwLock<T: ?Sized> {
    state: AtomicU32,
    drained: AtomicU32,
    writers: RawMutex,
    value: UnsafeCell<T>,
}

// SAFETY: readers on several threads share the value, and writers hand it from thread to thread.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

/// The right to read; dropped, it leaves.
#[must_use = "dropped at once, it unlocks at once"]
pub struct ReadGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    stays: PhantomData<*const ()>,
}

/// The right to change; dropped, it leaves.
#[must_use = "dropped at once, it unlocks at once"]
pub struct WriteGuard<'a, T: ?Sized> {
    lock: &'a RwLock<T>,
    stays: PhantomData<*const ()>,
}

// SAFETY: through a shared guard there is only `&T`.
unsafe impl<T: ?Sized + Sync> Sync for ReadGuard<'_, T> {}
// SAFETY: through a shared guard there is only `&T`.
unsafe impl<T: ?Sized + Sync> Sync for WriteGuard<'_, T> {}

impl<T> RwLock<T> {
    const_new! {
        /// An unlocked lock.
        pub fn new(value: T) -> Self {
            RwLock {
                state: AtomicU32::new(0),
                drained: AtomicU32::new(0),
                writers: RawMutex::new(),
                value: UnsafeCell::new(value),
            }
        }
    }

    /// The value, since nobody else has the lock any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Waits until there is no writer, inside or at the door.
    ///
    /// # Panics
    ///
    /// With 2³⁰ readers at once.
    pub fn read(&self) -> ReadGuard<'_, T> {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            if state & WRITER == 0 {
                assert!(state & READERS < READERS, "too many readers");
                let enter = self.state.compare_exchange_weak(
                    state,
                    state + 1,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                );
                match enter {
                    Ok(_) => break,
                    Err(now) => state = now,
                }
            } else {
                state = self.wait_at_door(state);
            }
        }
        ReadGuard {
            lock: self,
            stays: PhantomData,
        }
    }

    fn wait_at_door(&self, state: u32) -> u32 {
        let waits = state | READERS_WAIT;
        let told = state == waits
            || self
                .state
                .compare_exchange(state, waits, Ordering::Relaxed, Ordering::Relaxed)
                .is_ok();
        if told {
            futex::wait(&self.state, waits);
        }
        self.state.load(Ordering::Relaxed)
    }

    fn leave_reading(&self) {
        // AcqRel: the last one passes on to the writer that all others have read what they wanted
        // to.
        let before = self.state.fetch_sub(1, Ordering::AcqRel);
        if before & READERS == 1 && before & WRITER != 0 {
            self.drained.store(1, Ordering::Release);
            futex::wake_one(&self.drained);
        }
    }

    /// Waits until all who came before have left.
    pub fn write(&self) -> WriteGuard<'_, T> {
        self.writers.lock();
        // Before the door is closed: from then on the last reader may set it.
        self.drained.store(0, Ordering::Relaxed);
        let before = self.state.fetch_or(WRITER, Ordering::AcqRel);
        if before & READERS > 0 {
            while self.drained.load(Ordering::Acquire) == 0 {
                futex::wait(&self.drained, 0);
            }
        }
        WriteGuard {
            lock: self,
            stays: PhantomData,
        }
    }

    fn leave_writing(&self) {
        if self.state.swap(0, Ordering::Release) & READERS_WAIT != 0 {
            futex::wake_all(&self.state);
        }
        self.writers.unlock();
    }
}

impl<T: ?Sized> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is counted among the readers, so there is no writer.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the one writer's, and there are no readers.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T: ?Sized> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the one writer's, and is borrowed exclusively.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T: ?Sized> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.leave_reading();
    }
}

impl<T: ?Sized> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.leave_writing();
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        RwLock::new(T::default())
    }
}

impl<T: ?Sized> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.load(Ordering::Relaxed);
        f.debug_struct("RwLock")
            .field("readers", &(state & READERS))
            .field("writer", &(state & WRITER != 0))
            .finish_non_exhaustive()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
