//! To run green threads on this thread of the system.

use std::io;
use std::panic::resume_unwind;
use std::time::Duration;

use super::join::spawn_on;
use super::overflow::Watch;
use super::preempt::Ticker;
use super::scheduler::Scheduler;
use super::wait::Cancelled;

/// Why [`run`] has no result.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There was no stack for the first thread, or for the handler of those that overflow.
    #[error("no stack for the first green thread")]
    Stack(#[source] io::Error),
    /// Threads cannot be stopped here.
    #[error("no timer to stop green threads with")]
    Preempt(#[source] io::Error),
    /// There was a moment when all threads were parked and nobody was left to wake them. They were made to
    /// unwind from where they were, so nothing of them is left.
    #[error("all green threads are parked - deadlock: {}", .0.join(", "))]
    Deadlock(Vec<String>),
}

/// How to run green threads.
#[derive(Debug, Clone)]
pub struct Builder {
    stack_size: usize,
    slice: Option<Duration>,
}

/// Runs `main` as the first green thread, and all that it spawns, to their ends. They run on this
/// thread of the system, which waits here.
///
/// # Errors
///
/// See [`RunError`].
///
/// # Panics
///
/// On a green thread; and with what `main` panicked with.
pub fn run<T: 'static>(main: impl FnOnce() -> T + 'static) -> Result<T, RunError> {
    Builder::new().run(main)
}

impl Builder {
    /// A quarter of a megabyte for each stack, and nobody is stopped who does not yield.
    #[must_use]
    pub fn new() -> Self {
        Builder {
            stack_size: 256 << 10,
            slice: None,
        }
    }

    /// So many bytes of address space for each stack, rounded up to pages. Memory is taken as it is touched.
    /// 16 KiB are enough for little, and a panic that prints its backtrace wants a hundred.
    #[must_use]
    pub fn stack_size(mut self, bytes: usize) -> Self {
        self.stack_size = bytes;
        self
    }

    /// Stops threads that have run for so long or twice as long, where they [allow
    /// it](super::preemptible). For this the process's action for `SIGURG` is taken. Linux only.
    #[must_use]
    pub fn preempt_every(mut self, slice: Duration) -> Self {
        self.slice = Some(slice);
        self
    }

    /// As [`run`].
    ///
    /// # Errors
    ///
    /// See [`RunError`].
    ///
    /// # Panics
    ///
    /// On a green thread; and with what `main` panicked with.
    pub fn run<T: 'static>(&self, main: impl FnOnce() -> T + 'static) -> Result<T, RunError> {
        let scheduler = Scheduler::new(self.stack_size);
        let entered = scheduler.enter();
        let _watch = Watch::start().map_err(RunError::Stack)?;
        let ticker = self.slice.map(Ticker::start).transpose();
        let _ticker = ticker.map_err(RunError::Preempt)?;
        let main = spawn_on(&scheduler, "main", main).map_err(RunError::Stack)?;
        let deadlocked = scheduler.run();
        // Whoever drops the result may want to run green threads.
        drop(entered);
        match main.into_result() {
            Err(payload) if !payload.is::<Cancelled>() => resume_unwind(payload),
            Ok(result) if deadlocked.is_empty() => Ok(result),
            _ => Err(RunError::Deadlock(deadlocked)),
        }
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}
