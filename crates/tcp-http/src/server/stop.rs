//! An orderly end: nobody new is taken, who waits is let go, who is being answered gets the answer.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Stops a [`Server`](super::Server), from any thread. Clones stop the same one.
#[derive(Clone, Debug)]
pub struct StopHandle {
    stop: Arc<Stop>,
}

/// Whether and until when a server ends.
#[derive(Default)]
pub(super) struct Stop {
    is_stopping: AtomicBool,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    deadline: Option<Instant>,
    /// Each ends the waiting of one thread.
    wakers: Vec<Box<dyn Fn() + Send>>,
}

impl StopHandle {
    pub(super) fn new(stop: Arc<Stop>) -> Self {
        StopHandle { stop }
    }

    /// Closes the listening sockets and the idle connections. Answers that are being given go on for
    /// at most `grace`; then their connections are closed, too. A second call can shorten that.
    pub fn stop(&self, grace: Duration) {
        let deadline = Instant::now() + grace;
        let mut inner = self.stop.lock();
        inner.deadline = Some(inner.deadline.map_or(deadline, |old| old.min(deadline)));
        self.stop.is_stopping.store(true, Ordering::SeqCst);
        inner.wakers.iter().for_each(|wake| wake());
    }
}

impl Stop {
    pub(super) fn is_stopping(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// When all has to be over; `None` as long as nothing is to end.
    pub(super) fn deadline(&self) -> Option<Instant> {
        if self.is_stopping() {
            self.lock().deadline
        } else {
            None
        }
    }

    /// Calls `wake` when the server is stopped; at once if it has been.
    pub(super) fn on_stop(&self, wake: impl Fn() + Send + 'static) {
        let mut inner = self.lock();
        if self.is_stopping() {
            wake();
        }
        inner.wakers.push(Box::new(wake));
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stop")
            .field("is_stopping", &self.is_stopping())
            .finish_non_exhaustive()
    }
}
