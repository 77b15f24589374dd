//! How a thread that has nothing to do with any descriptor ends another one's wait.
//!
//! A thread that waits in the kernel does not see that a queue in memory was filled. So the poller
//! watches one thing more, which threads can make ready: an `eventfd` on Linux, a user event in
//! kqueue. (The old way is a pipe to oneself.)
//!
//! Waking costs a system call, and a busy program wakes far more often than anybody waits. So wakes
//! are *coalesced*: of all that come before the poller has seen one, only the first goes to the
//! kernel. The flag [`Shared::notified`] stands for "a wake is on its way", and the delicate moment
//! is when it is cleared: after the wake was taken out of the kernel and *before* wait returns, that is
//! before the caller looks at his queue. Whoever put something into the queue either found the flag
//! cleared, and wakes again, or found it set, and then the look at the queue comes later and finds it.
//! Go's `netpollBreak` is made in the same way.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::Events;
use super::sys::Selector;

/// Ends a [`wait`](super::Poller::wait) from any thread. Clones wake the same poller.
#[derive(Clone)]
pub struct Waker {
    shared: Arc<Shared>,
}

impl Waker {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Waker { shared }
    }

    /// Makes the wait that is under way, or else the next one, return with
    /// [`Events::woken`] set. Several wakes may be answered by one return.
    ///
    /// What was written to memory before this call can be read after that return. Of several threads
    /// that wait, one returns.
    pub fn wake(&self) -> io::Result<()> {
        if self.shared.notified.swap(true, Ordering::AcqRel) {
            return Ok(());
        }
        self.shared.selector.notify()
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waker").finish_non_exhaustive()
    }
}

/// What a poller and its wakers have in common.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) selector: Selector,
    /// Whether a wake is on its way: set by the waker that goes to the kernel, cleared by the thread
    /// that the kernel tells of it.
    notified: AtomicBool,
}

impl Shared {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Shared {
            selector: Selector::new()?,
            notified: AtomicBool::new(false),
        })
    }

    pub(super) fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> nix::Result<()> {
        events.clear();
        self.selector.wait(events, timeout)?;
        if events.woken {
            // A swap and no store: it must read what the wakers that only found the flag have
            // released with it.
            self.notified.swap(false, Ordering::AcqRel);
        }
        Ok(())
    }
}
