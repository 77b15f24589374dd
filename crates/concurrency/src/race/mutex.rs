//! A mutex and its condition variable: an unlock happens before the locks that come after it.
//!
//! The edge lies in the lock, beside the value: who may touch the one may touch the other.

use std::fmt;
use std::ops::{Deref, DerefMut};

use super::edge::Edge;
use crate::sync;

/// [`sync::Mutex`], seen by the detector.
#[derive(Default)]
pub struct Mutex<T> {
    real: sync::Mutex<Guarded<T>>,
}

/// The right to the value of a [`Mutex`]; dropped, it unlocks.
#[must_use = "dropped at once, it unlocks at once"]
pub struct MutexGuard<'a, T> {
    /// Gone only while [`Condvar::wait`] has it, which has this guard too.
    real: Option<sync::MutexGuard<'a, Guarded<T>>>,
}

/// What a lock guards, and what the last who had it passed on.
#[derive(Default)]
pub(super) struct Guarded<T> {
    pub(super) value: T,
    pub(super) edge: Edge,
}

impl<T> Guarded<T> {
    pub(super) fn new(value: T) -> Self {
        let edge = Edge::default();
        Guarded { value, edge }
    }
}

impl<T> Mutex<T> {
    /// An unlocked mutex.
    pub fn new(value: T) -> Self {
        Mutex {
            real: sync::Mutex::new(Guarded::new(value)),
        }
    }

    /// [`sync::Mutex::lock`].
    pub fn lock(&self) -> MutexGuard<'_, T> {
        MutexGuard::locked(self.real.lock())
    }

    /// [`sync::Mutex::try_lock`]. That it was locked tells nothing of what was done with it.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        self.real.try_lock().map(MutexGuard::locked)
    }

    /// [`sync::Mutex::into_inner`].
    pub fn into_inner(self) -> T {
        self.real.into_inner().value
    }
}

impl<'a, T> MutexGuard<'a, T> {
    fn locked(real: sync::MutexGuard<'a, Guarded<T>>) -> Self {
        real.edge.acquire();
        MutexGuard { real: Some(real) }
    }

    fn guarded(&self) -> &Guarded<T> {
        self.real.as_ref().expect("only wait takes it")
    }

    fn guarded_mut(&mut self) -> &mut Guarded<T> {
        self.real.as_mut().expect("only wait takes it")
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guarded().value
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guarded_mut().value
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        if let Some(real) = &mut self.real {
            real.edge.release();
        }
    }
}

/// [`sync::Condvar`], seen by the detector.
///
/// A notification passes nothing on: what the waiter may rely on was changed under the mutex.
#[derive(Debug, Default)]
pub struct Condvar(sync::Condvar);

impl Condvar {
    /// Nobody waits.
    pub fn new() -> Self {
        Self::default()
    }

    /// [`sync::Condvar::wait`]: an unlock and a lock.
    pub fn wait<'a, T>(&self, mut guard: MutexGuard<'a, T>) -> MutexGuard<'a, T> {
        guard.guarded_mut().edge.release();
        let real = guard.real.take().expect("only wait takes it");
        MutexGuard::locked(self.0.wait(real))
    }

    /// [`sync::Condvar::wait_while`].
    pub fn wait_while<'a, T>(
        &self,
        mut guard: MutexGuard<'a, T>,
        mut waits: impl FnMut(&mut T) -> bool,
    ) -> MutexGuard<'a, T> {
        while waits(&mut guard) {
            guard = self.wait(guard);
        }
        guard
    }

    /// [`sync::Condvar::notify_one`].
    pub fn notify_one(&self) {
        self.0.notify_one();
    }

    /// [`sync::Condvar::notify_all`].
    pub fn notify_all(&self) {
        self.0.notify_all();
    }
}

impl<T> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
