//! Waiting for something that a mutex guards.
//!
//! The word counts notifications. Who waits reads it while it has the lock, unlocks, and sleeps
//! while the word is as it was. A notification after the unlock changes the word, so the sleep ends
//! at once: none is lost. (Exactly 2³² of them in between would be.)
//!
//! The number of waiters changes under the mutex only and is read by notifiers. Whoever changed,
//! under the mutex, what is waited for sees each waiter that had looked before; so nobody asks the
//! kernel to wake nobody.

use std::time::{Duration, Instant};

use super::mutex::MutexGuard;
use super::{const_new, futex};
use crate::primitive::atomic::{AtomicU32, Ordering};

/// Threads that wait for a change to what a [`Mutex`](super::Mutex) guards.
///
/// ```
/// use concurrency::sync::{Condvar, Mutex};
///
/// static READY: Mutex<bool> = Mutex::new(false);
/// static CHANGED: Condvar = Condvar::new();
/// std::thread::scope(|scope| {
///     scope.spawn(|| {
///         let ready = CHANGED.wait_while(READY.lock(), |ready| !*ready);
///         assert!(*ready);
///     });
///     *READY.lock() = true;
///     CHANGED.notify_all();
/// });
/// ```
#[derive(Debug)]
pub struct Condvar {
    notifications: AtomicU32,
    waiters: AtomicU32,
}

impl Condvar {
    const_new! {
        /// Nobody waits.
        pub fn new() -> Self {
            Condvar { notifications: AtomicU32::new(0), waiters: AtomicU32::new(0) }
        }
    }

    /// Unlocks, sleeps until a notification, and locks again. It may wake without one: what is
    /// waited for is looked at in a loop, or by [`wait_while`](Self::wait_while).
    pub fn wait<'a, T: ?Sized>(&self, guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        self.sleep(&guard, None);
        guard
    }

    /// The same, for no longer than `limit`.
    pub fn wait_timeout<'a, T: ?Sized>(
        &self,
        guard: MutexGuard<'a, T>,
        limit: Duration,
    ) -> MutexGuard<'a, T> {
        self.sleep(&guard, Some(limit));
        guard
    }

    /// Waits as long as `waits` says so of the value.
    pub fn wait_while<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut waits: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while waits(&mut guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// The same, until `deadline` at the latest. Whether it was reached, `waits` tells of the
    /// value.
    pub fn wait_while_until<'a, T: ?Sized>(
        &self,
        mut guard: MutexGuard<'a, T>,
        deadline: Instant,
        mut waits: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while waits(&mut guard) {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                break;
            }
            guard = self.wait_timeout(guard, rest);
        }
        guard
    }

    /// Without the lock in between; with it again afterwards. The guard stays where it is,
    /// borrowed, so nobody uses it meanwhile.
    fn sleep<T: ?Sized>(&self, guard: &MutexGuard<'_, T>, limit: Option<Duration>) {
        let raw = MutexGuard::raw(guard);
        self.waiters.fetch_add(1, Ordering::Relaxed);
        let seen = self.notifications.load(Ordering::Relaxed);
        raw.unlock();
        match limit {
            Some(limit) => futex::wait_for(&self.notifications, seen, limit),
            None => futex::wait(&self.notifications, seen),
        }
        raw.lock();
        self.waiters.fetch_sub(1, Ordering::Relaxed);
    }

    /// Wakes one who waits.
    #[doc(alias = "Signal")]
    pub fn notify_one(&self) {
        if self.count_notification() {
            futex::wake_one(&self.notifications);
        }
    }

    /// Wakes all who wait.
    #[doc(alias = "Broadcast")]
    pub fn notify_all(&self) {
        if self.count_notification() {
            futex::wake_all(&self.notifications);
        }
    }

    /// Whether anybody may be asleep.
    fn count_notification(&self) -> bool {
        let anybody = self.waiters.load(Ordering::Relaxed) > 0;
        if anybody {
            // The mutex brings what was changed to who wakes; this word only has to be another one.
            self.notifications.fetch_add(1, Ordering::Relaxed);
        }
        anybody
    }
}

impl Default for Condvar {
    fn default() -> Self {
        Self::new()
    }
}
