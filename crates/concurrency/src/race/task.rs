//! Tasks of the runtime: strands that change threads.
//!
//! The order of a task's polls is the task's own; that two tasks were polled by one thread, one after the
//! other, is the scheduler's doing and orders nothing. So a task brings its strand to each poll, and takes
//! it away again.

use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::report::Role;
use super::strand::{self, Child, Strand};
use crate::runtime::{self, JoinError};

/// Waits for a task's end and gets its output, as a future.
#[derive(Debug)]
#[must_use = "a task that is not awaited is ordered with nobody"]
pub struct TaskHandle<T> {
    real: runtime::JoinHandle<T>,
    child: Option<Child>,
}

/// A task's future, and its strand between two polls.
struct Watched<F> {
    /// In a box: then it can be pinned without another word.
    future: Pin<Box<F>>,
    strand: Option<Strand>,
}

/// [`runtime::spawn`], seen by the detector.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn_task<F>(future: F) -> TaskHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let (strand, child) = strand::fork(Role::Task, Location::caller());
    let future = Box::pin(future);
    let real = runtime::spawn(Watched { future, strand });
    TaskHandle { real, child }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Watched { future, strand } = self.get_mut();
        let output = ready!(strand::run(strand, || future.as_mut().poll(context)));
        // Before anybody hears of the end.
        *strand = None;
        Poll::Ready(output)
    }
}

impl<T> Future for TaskHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = ready!(Pin::new(&mut self.real).poll(context));
        self.child.iter().for_each(Child::join);
        Poll::Ready(result)
    }
}
