//! Any descriptor that can be waited for.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::panic::Location;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use crate::runtime::net::{Source, Way};
use crate::runtime::scheduler::Scheduler;
use crate::runtime::{Handle, poll_budget, waiting_for};

/// A non-blocking descriptor, registered with the runtime in which it was made: what the sockets of
/// this module are made of, and what anything else can be (a pipe, a terminal, an `eventfd`).
///
/// At most one task waits to read and one to write: of two that wait for the same, the first is
/// forgotten.
pub struct Registered<T: AsFd> {
    // Before the descriptor in the order of dropping: `drop` takes it out of the poller first.
    source: Arc<Source>,
    scheduler: Arc<Scheduler>,
    inner: T,
}

impl<T: AsFd> Registered<T> {
    /// Makes a descriptor non-blocking (which its duplicates are then, too) and registers it.
    ///
    /// # Errors
    ///
    /// Those of `fcntl(2)`, `epoll_ctl(2)` and `kevent(2)`: regular files are refused by epoll.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn new(inner: T) -> io::Result<Self> {
        mmap::poller::set_nonblocking(&inner, true)?;
        Self::of_nonblocking(inner)
    }

    /// The same for one that is non-blocking already.
    pub(super) fn of_nonblocking(inner: T) -> io::Result<Self> {
        let scheduler = Arc::clone(Handle::expect().scheduler());
        let (source, is_first) = scheduler.net.register(inner.as_fd())?;
        if is_first {
            // Whoever sleeps for want of a poller is to wait there from now on.
            scheduler.watch.wake(&scheduler);
        }
        Ok(Registered {
            source,
            scheduler,
            inner,
        })
    }

    /// The descriptor's owner.
    pub fn get_ref(&self) -> &T {
        &self.inner
    }

    /// Does something that reads, as soon as it does not say [`WouldBlock`](io::ErrorKind::WouldBlock).
    ///
    /// # Errors
    ///
    /// Those of `operation`.
    pub async fn read_with<R>(
        &self,
        place: &'static Location<'static>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.wait_and_do(Way::In, place, operation).await
    }

    /// The same for something that writes.
    ///
    /// # Errors
    ///
    /// Those of `operation`.
    pub async fn write_with<R>(
        &self,
        place: &'static Location<'static>,
        operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        self.wait_and_do(Way::Out, place, operation).await
    }

    async fn wait_and_do<R>(
        &self,
        way: Way,
        place: &'static Location<'static>,
        mut operation: impl FnMut(&T) -> io::Result<R>,
    ) -> io::Result<R> {
        let mut waiting = Waiting {
            source: &self.source,
            scheduler: &self.scheduler,
            way,
            has_left_a_waker: false,
        };
        let operation = poll_fn(|context| {
            let polled = self.poll(way, context, || operation(&self.inner));
            waiting.has_left_a_waker |= polled.is_pending();
            polled
        });
        waiting_for(&"IO wait", operation).at(place).await
    }

    fn poll<R>(
        &self,
        way: Way,
        context: &mut Context<'_>,
        operation: impl FnMut() -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        ready!(poll_budget(context));
        let net = &self.scheduler.net;
        net.poll_io(&self.source, way, context, operation)
    }
}

/// A wait that is over, or given up, leaves no waker behind.
struct Waiting<'a> {
    source: &'a Source,
    scheduler: &'a Scheduler,
    way: Way,
    has_left_a_waker: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.has_left_a_waker {
            self.scheduler.net.forget_waiter(self.source, self.way);
        }
    }
}

impl<T: AsFd> Drop for Registered<T> {
    fn drop(&mut self) {
        let net = &self.scheduler.net;
        net.deregister(self.inner.as_fd(), &self.source);
    }
}

impl<T: AsFd> AsFd for Registered<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}

impl<T: AsFd + fmt::Debug> fmt::Debug for Registered<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registered").field(&self.inner).finish()
    }
}
