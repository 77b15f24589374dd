//! Waiting for a time.
//!
//! A timer is kept by the P on which it was set, in order of time. Whoever runs that P looks at it before
//! each task, thieves look at it too, and when all sleep the watcher waits for the earliest of all.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use mmap::poller::TimerId;

use super::machine::Seat;
use super::scheduler::Scheduler;
use super::turn::{WaitingFor, waiting_for};
use crate::trace::Alarm;

/// A future that is ready at a time.
pub struct Sleep {
    deadline: Instant,
    set: Option<Set>,
}

/// A timer that is set.
struct Set {
    scheduler: Arc<Scheduler>,
    processor: usize,
    id: TimerId,
    waker: Waker,
}

/// Waits for so long.
///
/// # Panics
///
/// When it is polled outside of a runtime.
#[track_caller]
pub fn sleep(duration: Duration) -> WaitingFor<Sleep> {
    let now = Instant::now();
    // What is too long for the clock is a century.
    let century = now + Duration::from_secs(100 * 365 * 24 * 3600);
    sleep_until(now.checked_add(duration).unwrap_or(century))
}

/// Waits until then.
///
/// # Panics
///
/// When it is polled outside of a runtime.
#[track_caller]
pub fn sleep_until(deadline: Instant) -> WaitingFor<Sleep> {
    waiting_for(
        &"sleep",
        Sleep {
            deadline,
            set: None,
        },
    )
}

/// A time limit was over first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the time limit was over at {0}")]
pub struct Elapsed(pub &'static Location<'static>);

/// Waits for a future, but no longer than for so long: then it is dropped.
///
/// # Errors
///
/// [`Elapsed`] when the time was over first.
///
/// # Panics
///
/// When it is polled outside of a runtime.
#[track_caller]
pub fn timeout<F: Future>(
    limit: Duration,
    future: F,
) -> impl Future<Output = Result<F::Output, Elapsed>> {
    let place = Location::caller();
    let limit = sleep(limit);
    async move {
        let (mut future, mut limit) = (pin!(future), pin!(limit));
        std::future::poll_fn(|context| {
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Ok(output));
            }
            limit.as_mut().poll(context).map(|()| Err(Elapsed(place)))
        })
        .await
    }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            self.unset();
            return Poll::Ready(());
        }
        let known = self.set.as_ref();
        if known.is_none_or(|set| !set.waker.will_wake(context.waker())) {
            self.unset();
            let waker = context.waker().clone();
            self.set = Some(Set::new(self.deadline, waker));
        }
        Poll::Pending
    }
}

impl Set {
    fn new(deadline: Instant, waker: Waker) -> Self {
        let (scheduler, processor) = Seat::current(|seat| {
            let seat = seat.expect("there is no runtime here to keep a timer");
            (Arc::clone(&seat.scheduler), seat.processor.get())
        });
        // In a blocking section there is no P: the first one will do.
        let processor = scheduler.processors.get(processor).map_or(0, |p| p.id);
        let keeper = &scheduler.processors[processor];
        let alarm = Alarm::set(&scheduler, deadline, waker.clone());
        let (id, is_first) = keeper.add_timer(scheduler.start, deadline, alarm);
        if is_first {
            scheduler.watch.timer_added(&scheduler, deadline);
        }
        Set {
            scheduler,
            processor,
            id,
            waker,
        }
    }
}

impl Sleep {
    /// Takes the timer back, if it has not rung.
    fn unset(&mut self) {
        if let Some(set) = self.set.take() {
            let keeper = &set.scheduler.processors[set.processor];
            if let Some(alarm) = keeper.remove_timer(set.scheduler.start, set.id) {
                alarm.stops(&set.scheduler);
            }
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.unset();
    }
}

impl fmt::Debug for Sleep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sleep")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
