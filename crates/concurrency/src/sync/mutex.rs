//! One thread at a time.
//!
//! The word has three values, after Drepper's "Futexes Are Tricky": FREE, LOCKED, and CONTENDED,
//! which is locked with perhaps somebody asleep. With two values each unlock would have to ask the
//! kernel whether somebody sleeps; with three only that of a lock which somebody had to wait for.
//!
//! The delicate moment: who has slept takes the lock as CONTENDED, not as LOCKED, for there may be
//! others asleep still of whom the word no longer tells. It costs one needless wake-up at the end.
//!
//! It is not fair: a thread that comes just when the lock is free takes it before those who sleep.
//! Handing it to the first sleeper would leave it unused for as long as waking up takes.
//!
//! Sound: the value is reached through a guard only, and there is one guard, since only the thread
//! that changes the word from FREE makes one. Acquire on locking and Release on unlocking make what
//! one holder wrote seen by the next.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use super::{const_new, futex};
use crate::primitive::atomic::{AtomicU32, Ordering};

const FREE: u32 = 0;
const LOCKED: u32 = 1;
const CONTENDED: u32 = 2;

/// The longest pause between two looks, before it sleeps. All together last about as long as a short
/// critical section, and less than a sleep and a wake-up. Under loom each look would multiply what there
/// is to explore.
const LONGEST_PAUSE: u32 = if cfg!(loom) { 0 } else { 64 };

/// The lock alone, without a value.
#[derive(Debug)]
pub(super) struct RawMutex {
    state: AtomicU32,
}

impl RawMutex {
    const_new! {
        pub(super) fn new() -> Self {
            RawMutex { state: AtomicU32::new(FREE) }
        }
    }

    #[inline]
    pub(super) fn lock(&self) {
        if !self.try_lock() {
            self.lock_contended();
        }
    }

    #[inline]
    pub(super) fn try_lock(&self) -> bool {
        self.state
            .compare_exchange(FREE, LOCKED, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    #[cold]
    fn lock_contended(&self) {
        if self.spin() == FREE && self.try_lock() {
            return;
        }
        while self.state.swap(CONTENDED, Ordering::Acquire) != FREE {
            futex::wait(&self.state, CONTENDED);
            self.spin();
        }
    }

    /// Looks for a while whether it becomes free, twice as rarely each time: with each look the word's
    /// cache line leaves the holder, who is about to write there. Not when others sleep already: it would
    /// be later than they.
    fn spin(&self) -> u32 {
        let mut pause = 1;
        loop {
            let state = self.state.load(Ordering::Relaxed);
            if state != LOCKED || pause > LONGEST_PAUSE {
                return state;
            }
            for _ in 0..pause {
                std::hint::spin_loop();
            }
            pause *= 2;
        }
    }

    #[inline]
    pub(super) fn unlock(&self) {
        if self.state.swap(FREE, Ordering::Release) == CONTENDED {
            futex::wake_one(&self.state);
        }
    }
}

/// A value that one thread at a time can get at.
///
/// ```
/// use concurrency::sync::Mutex;
///
/// static TOTAL: Mutex<u64> = Mutex::new(0);
/// std::thread::scope(|scope| {
///     for n in 1..=4 {
///         scope.spawn(move || *TOTAL.lock() += n);
///     }
/// });
/// assert_eq!(*TOTAL.lock(), 10);
/// ```
///
/// A copy of a locked Go mutex is another lock, which `go vet` looks for. Here there is none:
///
/// ```compile_fail,E0599
/// let lock = concurrency::sync::Mutex::new(0);
/// let copy = lock.clone();
/// ```
pub struct Mutex<T: ?Sized> {
    raw: RawMutex,
    value: UnsafeCell<T>,
}

// SAFETY: sharing the lock hands the value from thread to thread, one at a time: so it must be
// Send, and need not be Sync.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

/// The right to the value of a [`Mutex`]; dropped, it unlocks.
///
/// It stays on its thread, so that a task cannot hold it over an `.await`.
#[must_use = "dropped at once, it unlocks at once"]
pub struct MutexGuard<'a, T: ?Sized> {
    mutex: &'a Mutex<T>,
    stays: PhantomData<*const ()>,
}

// SAFETY: through a shared guard there is only `&T`.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T> Mutex<T> {
    const_new! {
        /// An unlocked mutex.
        pub fn new(value: T) -> Self {
            Mutex { raw: RawMutex::new(), value: UnsafeCell::new(value) }
        }
    }

    /// The value, since nobody else has the lock any more.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Locks, and waits while another thread has the lock. Locked again by the same thread, it
    /// waits for ever.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.raw.lock();
        self.guard()
    }

    /// Locks if it can do so without waiting.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.raw.try_lock().then(|| self.guard())
    }

    /// The value without locking: who has the only reference is alone.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// Only for who has just locked.
    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard {
            mutex: self,
            stays: PhantomData,
        }
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    pub(super) fn raw(guard: &Self) -> &'a RawMutex {
        &guard.mutex.raw
    }
}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard has the lock, so nobody else has a reference.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard has the lock, and is borrowed exclusively.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.mutex.raw.unlock();
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Mutex::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(guard) => f.debug_tuple("Mutex").field(&&*guard).finish(),
            None => f.write_str("Mutex(<locked>)"),
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: ?Sized + fmt::Display> fmt::Display for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
