//! A safepoint: where the collector can meet a mutator, or hold it.
//!
//! # Protocol
//!
//! `local` is locked while a scope is open, so whoever else has it knows that none is. A mutator that is
//! outside of a scope holds nothing, and so nobody waits for one that sleeps.
//!
//! The lock alone would not do. It is not fair: a mutator that closes a scope and opens the next has it again
//! long before a collector that waits has woken up. So the collector closes the `gate` first and says
//! that it did (`is_asked`), and the mutator, who looks before each scope, waits there.
//!
//! Each mutator has a gate of its own. To *meet* all mutators, the collector goes from one to the next, and each
//! stands still for its own turn only; to *stop the world*, it closes every gate before it waits for anybody.
//! Only who has the cycle's lock does either, so no two collectors wait for each other.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use super::heap::{Local, lock};

/// One mutator's.
#[derive(Debug, Default)]
pub(super) struct Safepoint {
    /// Whether the gate is closed. A hint: who misses it is waited for.
    is_asked: AtomicBool,
    /// The collector's, while it wants `local` or has it.
    gate: Mutex<()>,
    /// The mutator's, while its scope is open.
    local: Mutex<Local>,
}

impl Safepoint {
    /// The mutator's side: opens a scope. It stays open for as long as the guard is there.
    #[inline]
    pub(super) fn open(&self) -> MutexGuard<'_, Local> {
        if self.is_asked.load(Ordering::Relaxed) {
            drop(lock(&self.gate));
        }
        lock(&self.local)
    }

    /// The collector's side, the first half: from now on no scope is opened. One may still be open.
    pub(super) fn ask(&self) -> Asked<'_> {
        let gate = lock(&self.gate);
        self.is_asked.store(true, Ordering::Relaxed);
        Asked {
            safepoint: self,
            _gate: gate,
        }
    }

    /// Both halves at once: waits for the scope that is open, if one is.
    pub(super) fn hold(&self) -> Held<'_> {
        self.ask().hold()
    }
}

/// A mutator that opens no further scope.
pub(super) struct Asked<'a> {
    safepoint: &'a Safepoint,
    _gate: MutexGuard<'a, ()>,
}

impl<'a> Asked<'a> {
    /// The second half: waits until its scope is closed.
    pub(super) fn hold(self) -> Held<'a> {
        Held {
            local: lock(&self.safepoint.local),
            _asked: self,
        }
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.safepoint.is_asked.store(false, Ordering::Relaxed);
    }
}

/// A mutator that has no scope open, and what is its own. Dropped in this order: the gate opens last.
pub(super) struct Held<'a> {
    local: MutexGuard<'a, Local>,
    _asked: Asked<'a>,
}

impl Deref for Held<'_> {
    type Target = Local;

    fn deref(&self) -> &Local {
        &self.local
    }
}

impl DerefMut for Held<'_> {
    fn deref_mut(&mut self) -> &mut Local {
        &mut self.local
    }
}
