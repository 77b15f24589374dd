//! A lock for readers and writers: a writer comes after all who came before it, a reader after the
//! writers only.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Mutex;

use super::edge::Edge;
use super::lock;
use super::mutex::Guarded;
use crate::sync;

/// [`sync::RwLock`], seen by the detector.
#[derive(Default)]
pub struct RwLock<T> {
    /// With what the writers passed on.
    real: sync::RwLock<Guarded<T>>,
    /// What the readers passed on, to the next writer. In a lock, since they leave side by side.
    readers: Mutex<Edge>,
}

/// The right to read; dropped, it leaves.
#[must_use = "dropped at once, it unlocks at once"]
pub struct ReadGuard<'a, T> {
    real: sync::ReadGuard<'a, Guarded<T>>,
    readers: &'a Mutex<Edge>,
}

/// The right to change; dropped, it leaves.
#[must_use = "dropped at once, it unlocks at once"]
pub struct WriteGuard<'a, T> {
    real: sync::WriteGuard<'a, Guarded<T>>,
}

impl<T> RwLock<T> {
    /// An unlocked lock.
    pub fn new(value: T) -> Self {
        RwLock {
            real: sync::RwLock::new(Guarded::new(value)),
            readers: Mutex::default(),
        }
    }

    /// [`sync::RwLock::read`].
    pub fn read(&self) -> ReadGuard<'_, T> {
        let real = self.real.read();
        real.edge.acquire();
        let readers = &self.readers;
        ReadGuard { real, readers }
    }

    /// [`sync::RwLock::write`].
    pub fn write(&self) -> WriteGuard<'_, T> {
        let real = self.real.write();
        real.edge.acquire();
        lock(&self.readers).acquire();
        WriteGuard { real }
    }
}

impl<T> Deref for ReadGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.real.value
    }
}

impl<T> Deref for WriteGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.real.value
    }
}

impl<T> DerefMut for WriteGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.real.value
    }
}

impl<T> Drop for ReadGuard<'_, T> {
    fn drop(&mut self) {
        lock(self.readers).release();
    }
}

impl<T> Drop for WriteGuard<'_, T> {
    fn drop(&mut self) {
        self.real.edge.release();
    }
}

impl<T> fmt::Debug for RwLock<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RwLock").finish_non_exhaustive()
    }
}

impl<T: fmt::Debug> fmt::Debug for ReadGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl<T: fmt::Debug> fmt::Debug for WriteGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
