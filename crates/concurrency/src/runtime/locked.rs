//! The future of `block_on`: a task that cannot leave its thread.
//!
//! It may borrow from the caller's stack and need not be `Send`, so no other M can poll it. Its M
//! is *locked*: it runs this one future and nothing else, and needs a P for it like any other. When
//! the future waits, the M gives its P away and sleeps; when it is woken, the M queues for a P.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use super::deadlock::Deadlock;
use super::machine::{BUDGET, Machine, NOBODY, Seat};
use super::scheduler::Scheduler;
use crate::trace;

const POLLED: u8 = 0;
const WOKEN: u8 = 1;
const ASLEEP: u8 = 2;

/// Wakes a locked M.
struct Wakeup {
    state: AtomicU8,
    machine: Arc<Machine>,
    scheduler: Arc<Scheduler>,
}

impl Wake for Wakeup {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(WOKEN, Ordering::AcqRel) == ASLEEP {
            let id = trace::block_on(self.machine.id);
            Seat::current(|seat| trace::emit(&self.scheduler, seat, trace::Kind::Ready, id, 0));
            self.scheduler.want_processor(&self.machine);
        }
    }
}

/// Polls `future` to its end on this thread.
pub(crate) fn block_on<F: Future>(
    scheduler: &Arc<Scheduler>,
    future: F,
) -> Result<F::Output, Deadlock> {
    assert!(
        Seat::of(scheduler, |_| ()).is_none(),
        "a task cannot block on its own runtime: await the future instead"
    );
    let mut central = scheduler.central();
    central.deadlock = None;
    let machine = Scheduler::new_machine(&mut central, true);
    drop(central);
    Seat::occupy(Arc::clone(&machine), Arc::clone(scheduler), |seat| {
        let _leave = Leave(seat);
        let wakeup = Arc::new(Wakeup {
            state: AtomicU8::new(WOKEN),
            machine,
            scheduler: Arc::clone(scheduler),
        });
        let waker = Waker::from(Arc::clone(&wakeup));
        let mut future = pin!(future);
        loop {
            seat.get_processor(&wakeup)?;
            wakeup.state.store(POLLED, Ordering::Release);
            seat.budget.set(BUDGET);
            seat.waits_for.set(None);
            seat.ended.set(false);
            let id = trace::block_on(seat.machine.id);
            trace::emit(scheduler, Some(seat), trace::Kind::Start, id, 0);
            let polled = future.as_mut().poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(output) = polled {
                trace::emit(scheduler, Some(seat), trace::Kind::End, id, 0);
                return Ok(output);
            }
            seat.trace_stop(id, false);
            // Also when it was woken while it was polled: others have their turn first.
            let id = seat.release();
            seat.scheduler.hand_off(id);
        }
    })
}

/// Whatever happens, the P goes on to others and the M is no more.
struct Leave<'a>(&'a Seat);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let scheduler = &self.0.scheduler;
        if self.0.processor.get() != NOBODY {
            let id = self.0.release();
            scheduler.hand_off(id);
        }
        Scheduler::remove_machine(&mut scheduler.central(), self.0.machine.id);
    }
}

impl Seat {
    /// Sleeps until the future is woken and there is a P for it.
    fn get_processor(&self, wakeup: &Wakeup) -> Result<(), Deadlock> {
        let scheduler = &self.scheduler;
        let mut central = scheduler.central();
        self.machine.blocked.store(true, Ordering::Relaxed);
        let was_woken = wakeup
            .state
            .compare_exchange(POLLED, ASLEEP, Ordering::AcqRel, Ordering::Acquire)
            .is_err();
        // Counted as asleep only if it is: an M that goes to sleep just now would otherwise find all
        // of them asleep.
        if was_woken {
            scheduler.give_processor(central, &self.machine);
        } else {
            central.locked_asleep += 1;
            scheduler.check_dead(&mut central);
            drop(central);
        }
        loop {
            self.machine.parker.park();
            let id = self.machine.next_processor.swap(NOBODY, Ordering::AcqRel);
            if id != NOBODY {
                self.machine.blocked.store(false, Ordering::Relaxed);
                self.acquire(id);
                return Ok(());
            }
            let mut central = scheduler.central();
            if let Some(report) = central.deadlock.clone() {
                // Nobody has woken it, so nobody has counted it as awake.
                central.locked_asleep -= 1;
                return Err(Deadlock { report });
            }
        }
    }
}
