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
//! stands still for its own turn only; to *stop the world* ([`stop`]), it closes every gate before it waits for
//! anybody. Only who has the cycle's lock does either, so no two collectors wait for each other.
//!
//! # Who is late
//!
//! A mutator that lost its processor in the midst of a scope, or whose scope is long, is late, and all that have
//! come would wait for it. So a stop that does not succeed soon is called off: the gates open, the late one is met
//! while the rest run, and the world is asked again. This bounds the wait unless scopes are long again and
//! again; as marking has to end some time, the last request is not called off.

use std::hint;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::time::{Duration, Instant};

use super::heap::{Local, lock};

/// How long a stop waits for the last scope to be closed.
const SOON: Duration = Duration::from_micros(20);

/// How often a stop may be called off.
const PATIENCE: usize = 3;

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

    /// The same, if it is closed before the deadline. Who spins may be what keeps it from being closed, so the
    /// deadline should be near.
    fn hold_before(self, deadline: Instant) -> Option<Held<'a>> {
        let local = loop {
            match self.safepoint.local.try_lock() {
                Ok(local) => break local,
                Err(TryLockError::Poisoned(poisoned)) => break poisoned.into_inner(),
                Err(TryLockError::WouldBlock) if Instant::now() > deadline => return None,
                Err(TryLockError::WouldBlock) => hint::spin_loop(),
            }
        };
        Some(Held {
            local,
            _asked: self,
        })
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

/// The world, stopped until the locals are dropped.
pub(super) struct Stopped<'a> {
    pub(super) locals: Vec<Held<'a>>,
    /// When the request was made that was not called off.
    pub(super) asked: Instant,
    /// How long mutators stood still for requests that were.
    pub(super) called_off: Duration,
}

/// Holds all of them at once.
pub(super) fn stop(mutators: &[Arc<Safepoint>]) -> Stopped<'_> {
    let mut called_off = Duration::ZERO;
    for _ in 0..PATIENCE {
        let asked = Instant::now();
        let deadline = asked + SOON;
        let in_time = ask_all(mutators).map(|mutator| mutator.hold_before(deadline));
        if let Some(locals) = in_time.collect() {
            return Stopped {
                locals,
                asked,
                called_off,
            };
        }
        called_off += asked.elapsed();
        mutators.iter().for_each(|mutator| drop(mutator.hold()));
    }
    let asked = Instant::now();
    Stopped {
        locals: ask_all(mutators).map(Asked::hold).collect(),
        asked,
        called_off,
    }
}

/// All gates are closed before the first item, so that the waits are one.
fn ask_all(mutators: &[Arc<Safepoint>]) -> impl Iterator<Item = Asked<'_>> {
    let asked: Vec<_> = mutators.iter().map(|mutator| mutator.ask()).collect();
    asked.into_iter()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::{SOON, Safepoint, stop};

    const DEADLINE: Duration = Duration::from_secs(20);

    #[test]
    fn a_mutator_is_held_once_its_scope_is_closed() {
        let safepoint = Safepoint::default();
        let scope = safepoint.open();
        assert!(safepoint.ask().hold_before(Instant::now()).is_none());
        drop(scope);
        let held = safepoint.ask().hold_before(Instant::now() + DEADLINE);
        assert!(held.is_some());
        drop(held);
        drop(safepoint.open());
    }

    #[test]
    fn a_stop_that_comes_late_is_called_off() {
        let safepoints: [Arc<Safepoint>; 2] = Default::default();
        let (opened, is_open) = mpsc::channel();
        let (went_on, others) = mpsc::channel();
        let late = Arc::clone(&safepoints[0]);
        let long = thread::spawn(move || {
            let _scope = late.open();
            opened.send(()).expect("the test waits");
            others.recv_timeout(DEADLINE).expect("the other goes on");
        });
        is_open.recv().expect("the scope is opened");
        thread::scope(|threads| {
            let stopper = threads.spawn(|| stop(&safepoints).locals.len());
            while !safepoints[0].is_asked.load(super::Ordering::Relaxed) {
                thread::yield_now();
            }
            let asked = Instant::now();
            while asked.elapsed() < 100 * SOON {
                drop(safepoints[1].open());
            }
            went_on.send(()).expect("the scope is open");
            assert_eq!(stopper.join().expect("it stops"), 2);
        });
        long.join().expect("the scope was not late for ever");
    }
}
