//! The handle of a task.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::task::{Context, Poll};

use super::{Phase, TaskId, TaskPointer};

/// Waits for a task's end and gets its output, as a future. A `go` statement has no such thing.
///
/// Dropped, it leaves the task alone (which then runs unobserved, as all goroutines do);
/// [`abort`](Self::abort) ends it.
#[must_use = "a handle that is not awaited says nothing of the task's end; drop it to say so"]
pub struct JoinHandle<T> {
    task: TaskPointer,
    output: PhantomData<fn() -> T>,
}

/// Why a task has no output.
pub enum JoinError {
    /// It panicked.
    Panicked(Panic),
    /// It was aborted, or its runtime has shut down.
    Cancelled,
}

/// What a task panicked with.
pub struct Panic {
    message: Option<Box<str>>,
    /// A payload need not be `Sync`, and an error should be: a lock that nobody contends for.
    payload: Mutex<Box<dyn Any + Send>>,
}

impl Panic {
    pub(super) fn new(payload: Box<dyn Any + Send>) -> Self {
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        Panic {
            message: text.map(Box::from),
            payload: Mutex::new(payload),
        }
    }
}

impl<T> JoinHandle<T> {
    pub(crate) fn new(task: TaskPointer) -> Self {
        JoinHandle {
            task,
            output: PhantomData,
        }
    }

    /// The number of the task.
    pub fn id(&self) -> TaskId {
        self.task.id()
    }

    /// Whether it is over.
    pub fn is_finished(&self) -> bool {
        self.task.is_complete()
    }

    /// The task's state at this moment.
    pub fn phase(&self) -> Phase {
        self.task.phase()
    }

    /// Has the task dropped where it waits, or at its next `.await` if it runs. Its handle then gives
    /// [`JoinError::Cancelled`], unless it was over before.
    pub fn abort(&self) {
        self.task.cancel();
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.task.poll_join(context.waker())
    }
}

impl<T> Drop for JoinHandle<T> {
    fn drop(&mut self) {
        self.task.drop_join();
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("id", &self.id())
            .field("phase", &self.phase())
            .finish_non_exhaustive()
    }
}

impl JoinError {
    /// What the task panicked with, if it is text, as it is with `panic!`.
    pub fn message(&self) -> Option<&str> {
        match self {
            JoinError::Panicked(panic) => panic.message.as_deref(),
            JoinError::Cancelled => None,
        }
    }

    /// Panics here with what the task panicked with. A cancelled task makes a panic of its own.
    pub fn resume(self) -> ! {
        match self {
            JoinError::Panicked(panic) => {
                let payload = panic.payload.into_inner();
                std::panic::resume_unwind(payload.unwrap_or_else(PoisonError::into_inner))
            }
            JoinError::Cancelled => panic!("the task was cancelled"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            JoinError::Panicked(_) => write!(f, "Panicked({:?})", self.message().unwrap_or("…")),
            JoinError::Cancelled => f.write_str("Cancelled"),
        }
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, self.message()) {
            (JoinError::Panicked(_), Some(message)) => write!(f, "the task panicked: {message}"),
            (JoinError::Panicked(_), None) => f.write_str("the task panicked"),
            (JoinError::Cancelled, _) => f.write_str("the task was cancelled"),
        }
    }
}

impl std::error::Error for JoinError {}
