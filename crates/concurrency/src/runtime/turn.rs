//! A task's turn: how it ends, and what the task says of it.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

use super::machine::{BUDGET, Seat};
use super::task::{Reason, TaskId, TaskPointer};

/// Lets others run, and goes on after them: behind all tasks that are in this P's queue now.
///
/// Go's `runtime.Gosched` puts the task into the global queue, behind those of all Ps; ours does so
/// only when its time slice is over.
#[doc(alias = "Gosched")]
pub async fn yield_now() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Lets others run if it is time: what a long computation calls now and then. It costs next to nothing
/// when it is not.
pub async fn checkpoint() {
    std::future::poll_fn(poll_budget).await;
}

/// What each operation of the runtime asks first: may the task go on? It may so often in one poll,
/// and until sysmon says that its slice is over. Without it a task whose operations never have to
/// wait would never let others run.
pub(crate) fn poll_budget(context: &mut Context<'_>) -> Poll<()> {
    Seat::current(|seat| {
        let Some(seat) = seat else {
            return Poll::Ready(());
        };
        let slice_is_over = seat
            .processor()
            .is_some_and(|processor| processor.preempt.load(Ordering::Relaxed));
        let budget = seat.budget.get();
        if budget > 0 && !slice_is_over {
            seat.budget.set(budget - 1);
            return Poll::Ready(());
        }
        seat.budget.set(BUDGET);
        if let Some(processor) = seat.processor().filter(|_| slice_is_over) {
            processor.preempt.store(false, Ordering::Relaxed);
            seat.preempted.set(true);
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// The number of the task that runs here; `None` outside of tasks, and in `block_on`'s own future.
///
/// Go has no such function, on purpose: what hangs on a goroutine's number breaks when the work is
/// divided otherwise. It is for reports.
#[must_use]
pub fn current_task() -> Option<TaskId> {
    let id =
        Seat::current(|seat| seat.map(|seat| seat.machine.current_task.load(Ordering::Relaxed)));
    id.filter(|&id| id != 0).map(TaskId)
}

/// A future that says what it waits for: it is named in reports when the task waits for ever.
#[derive(Debug)]
pub struct WaitingFor<F> {
    reason: Reason,
    future: F,
}

/// Names what `future` waits for, as Go does: "chan receive", "sleep". (By a reference to the text, so
/// that the task can note it in one word.)
///
/// ```
/// # use concurrency::runtime::{Runtime, waiting_for};
/// # Runtime::new().block_on(async {
/// let (tx, rx) = channels::channel(1);
/// tx.send_async(7).await?;
/// assert_eq!(waiting_for(&"chan receive", rx.recv_async()).await?, 7);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).unwrap();
/// ```
#[track_caller]
pub fn waiting_for<F: Future>(what: &'static &'static str, future: F) -> WaitingFor<F> {
    WaitingFor {
        reason: Reason {
            what,
            place: Location::caller(),
        },
        future,
    }
}

impl<F> WaitingFor<F> {
    /// With another place: that of whoever called the caller.
    pub(crate) fn at(mut self, place: &'static Location<'static>) -> Self {
        self.reason.place = place;
        self
    }
}

impl<F: Future> Future for WaitingFor<F> {
    type Output = F::Output;

    #[allow(unsafe_code)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: nothing is moved out of it; the future inside is pinned as the whole is.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: as above.
        let future = unsafe { Pin::new_unchecked(&mut this.future) };
        let polled = future.poll(context);
        // The outermost has the last word: it knows more of the program than what it is made of.
        set_reason(polled.is_pending().then_some(&this.reason));
        polled
    }
}

fn set_reason(reason: Option<&Reason>) {
    Seat::current(|seat| {
        let Some(seat) = seat else {
            return;
        };
        seat.waits_for.set(reason.map(|reason| reason.what));
        if let Some(task) = seat.task.get() {
            TaskPointer::set_waiting_for(task, reason);
        }
    });
}
