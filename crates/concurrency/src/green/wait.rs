//! How a thread gives up its turn: for once, for a while, or until it is woken.

use std::panic::resume_unwind;
use std::time::{Duration, Instant};

use super::scheduler::{Leaving, Scheduler, here};
use super::thread::{Inner, Thread};

/// What a thread unwinds with that waited while all others did, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cancelled;

const OUTSIDE: &str = "only a green thread can do that; the first is that of `run`";

/// The thread that runs.
///
/// # Panics
///
/// Outside of green threads.
#[must_use]
pub fn current() -> Thread {
    let inner = here(|_, thread| thread.itself.upgrade()).expect(OUTSIDE);
    let inner = inner.expect("the scheduler holds it while it runs");
    Thread { inner }
}

/// Lets all others run that can, and goes on.
///
/// # Panics
///
/// Outside of green threads.
#[doc(alias = "Gosched")]
pub fn yield_now() {
    here(|scheduler, thread| scheduler.leave(thread, Leaving::Yields)).expect(OUTSIDE);
}

/// Lets others run for so long at least. When there are none, the thread of the system sleeps.
///
/// # Panics
///
/// Outside of green threads.
pub fn sleep(time: Duration) {
    let until = Instant::now() + time;
    here(|scheduler, thread| scheduler.leave(thread, Leaving::Sleeps(until))).expect(OUTSIDE);
}

/// Waits for an [`unpark`](Thread::unpark), which may have come before. It may also return without one, so
/// the caller looks whether what it waits for has happened, and parks again if not.
///
/// # Panics
///
/// Outside of green threads; and with [`Cancelled`] when nobody is left who could wake it.
#[doc(alias = "gopark")]
pub fn park() {
    here(|scheduler, thread| {
        let _hold = thread.locks.hold();
        if thread.token.take() {
            return;
        }
        if !thread.cancelled.get() {
            scheduler.leave(thread, Leaving::Parks);
        }
        if thread.cancelled.get() {
            cancel(scheduler, thread);
        }
    })
    .expect(OUTSIDE);
}

/// A destructor that waits while its thread unwinds cannot begin to unwind again. It returns to its loop,
/// after the others, who are ending too.
fn cancel(scheduler: &Scheduler, thread: &Inner) {
    if std::thread::panicking() {
        scheduler.leave(thread, Leaving::Yields);
    } else {
        resume_unwind(Box::new(Cancelled));
    }
}
