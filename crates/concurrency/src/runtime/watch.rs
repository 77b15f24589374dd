//! Who waits for the world: one M, without a P, at the network or for the next timer.
//!
//! When all Ms sleep, somebody has to notice that a socket became readable or that a timer is due. Go
//! has whichever M runs out of work first do it, and no thread of its own. It waits in `epoll_wait(2)`
//! or `kevent(2)` with the earliest timer for a timeout; in a program that has no sockets nobody has
//! opened an epoll, and it sleeps in its parker instead.
//!
//! `last_poll` is 0 while somebody waits, and says otherwise when somebody looked last: sysmon looks
//! when nobody has for ten milliseconds.
//!
//! The delicate moment: a timer is added that is earlier than what the watcher waits for.
//!
//! ```text
//! watcher                              who adds a timer
//! -------                              ----------------
//! last_poll = 0                        publishes the timer's time
//! reads the times of all timers        reads last_poll, and if it is 0
//! poll_until = the earliest            reads poll_until: wakes the watcher if it is later, or 0
//! ```
//!
//! If the watcher has not read the new time, then `last_poll` was 0 before it was read; and
//! `poll_until` is either not known yet, or too late: in both cases the watcher is woken. A wake that
//! comes before the wait makes that return at once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::machine::{Machine, Seat};
use super::processor::{Processor, nanoseconds};
use super::scheduler::Scheduler;

#[derive(Debug)]
pub(crate) struct Watch {
    last_poll: AtomicU64,
    /// Nanoseconds since the start; 0 while it is not known.
    poll_until: AtomicU64,
    /// The watcher, when it sleeps in its parker.
    napping: Mutex<Option<Arc<Machine>>>,
}

impl Watch {
    pub(crate) fn new() -> Self {
        Watch {
            last_poll: AtomicU64::new(1),
            poll_until: AtomicU64::new(0),
            napping: Mutex::new(None),
        }
    }

    /// When somebody looked at the network last, in nanoseconds since the start; `None` while somebody
    /// waits there.
    pub(crate) fn last_poll(&self) -> Option<u64> {
        let last = self.last_poll.load(Ordering::SeqCst);
        (last != 0).then_some(last)
    }

    /// Whether there is something to wait for, and nobody who does.
    pub(crate) fn is_needed(&self, scheduler: &Scheduler) -> bool {
        self.last_poll().is_some() && has_something_to_wait_for(scheduler)
    }

    /// Looks at the network without waiting. True when something became runnable.
    pub(crate) fn look(&self, scheduler: &Scheduler) -> bool {
        let before = self.last_poll.load(Ordering::SeqCst);
        if before == 0 || !scheduler.net.has_waiters() {
            return false;
        }
        let Some(woken) = scheduler.net.poll(Some(Duration::ZERO)) else {
            return false;
        };
        // Only if it is still the same: a watcher that has come meanwhile must go on to be seen.
        let _ = self.last_poll.compare_exchange(
            before,
            now(scheduler),
            Ordering::SeqCst,
            Ordering::SeqCst,
        );
        woken
    }

    /// Waits until something becomes runnable, if nobody else does. Then takes a P, if one is idle.
    pub(crate) fn wait(&self, seat: &Seat) {
        let scheduler = &seat.scheduler;
        if !has_something_to_wait_for(scheduler) {
            return;
        }
        if self.last_poll.swap(0, Ordering::SeqCst) == 0 {
            return;
        }
        self.wait_as_watcher(seat);
        seat.collecting.set(true);
        scheduler.run_timers_of_the_dead();
        seat.collecting.set(false);
        self.poll_until.store(0, Ordering::SeqCst);
        self.last_poll.store(now(scheduler), Ordering::SeqCst);
        let woken = seat.collected.take();
        if !seat.take_processor(woken.is_empty()) {
            scheduler.push_all_global(woken);
            return;
        }
        let several = woken.len() > 1;
        for task in woken {
            scheduler.requeue(seat, task);
        }
        if several {
            scheduler.wake_processor();
        }
    }

    fn wait_as_watcher(&self, seat: &Seat) {
        let scheduler = &seat.scheduler;
        let until = earliest_timer(scheduler);
        self.poll_until.store(until, Ordering::SeqCst);
        if scheduler.is_stopping() {
            return;
        }
        let deadline = (until != u64::MAX).then(|| scheduler.start + Duration::from_nanos(until));
        if scheduler.net.is_open() {
            let timeout = deadline.map(|at| at.saturating_duration_since(Instant::now()));
            seat.collecting.set(true);
            scheduler.net.poll(timeout);
            seat.collecting.set(false);
        } else {
            *self.napping() = Some(Arc::clone(&seat.machine));
            // Between the look at the net and now somebody may have opened it, or stopped us.
            match deadline {
                _ if scheduler.net.is_open() || scheduler.is_stopping() => {}
                Some(deadline) => drop(seat.machine.parker.park_until(deadline)),
                None => {}
            }
            *self.napping() = None;
        }
    }

    /// Makes the watcher look anew.
    pub(crate) fn wake(&self, scheduler: &Scheduler) {
        scheduler.net.wake();
        if let Some(machine) = &*self.napping() {
            machine.parker.unpark();
        }
    }

    /// There is a new timer, the first of its P.
    pub(crate) fn timer_added(&self, scheduler: &Scheduler, at: Instant) {
        if self.last_poll().is_some() {
            // Somebody should watch, and an idle P means that he could.
            scheduler.wake_processor();
            return;
        }
        let until = self.poll_until.load(Ordering::SeqCst);
        if until == 0 || nanoseconds(scheduler.start, at) < until {
            self.wake(scheduler);
        }
    }

    fn napping(&self) -> MutexGuard<'_, Option<Arc<Machine>>> {
        self.napping.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn now(scheduler: &Scheduler) -> u64 {
    nanoseconds(scheduler.start, Instant::now()).max(1)
}

/// Of all Ps that ever ran, dead ones too: a P that may not run any more keeps its timers.
pub(crate) fn earliest_timer(scheduler: &Scheduler) -> u64 {
    let times = scheduler.ever_active().iter().map(Processor::earliest);
    times.min().unwrap_or(u64::MAX)
}

fn has_something_to_wait_for(scheduler: &Scheduler) -> bool {
    scheduler.net.has_waiters() || earliest_timer(scheduler) != u64::MAX
}
