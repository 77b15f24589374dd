//! The network poller: sockets that do not block the M.
//!
//! A socket is registered once, by edge, for both directions. A task that wants to read tries first;
//! when the kernel says that it would block, the task leaves its waker in the socket's [`Source`] and
//! waits. The poller's event wakes it, and it tries again. So blocking code (`read().await`) runs on
//! non-blocking descriptors, and ten thousand waiting connections hold no thread.
//!
//! The poller is that of the crate `mmap`, opened with the first socket: a program without sockets
//! has no epoll.
//!
//! The delicate moment: the edge comes between "would block" and the waker's being left. So each
//! direction has a counter of edges: who tries reads it before, and leaves his waker only if it is
//! still the same, under the lock that the event takes as well.

use std::io;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use mmap::poller::{self, Events, Interest, Mode, Poller, Token};

/// How many events are taken from the kernel at once.
const EVENTS: usize = 256;

#[derive(Debug)]
pub(crate) struct Net {
    poller: OnceLock<Poller>,
    waker: OnceLock<poller::Waker>,
    sources: Mutex<Sources>,
    events: Mutex<Option<Events>>,
    /// How many tasks wait for a direction of a socket.
    waiters: AtomicUsize,
}

/// By the number that is the token; numbers are used again.
#[derive(Debug, Default)]
struct Sources {
    list: Vec<Option<Arc<Source>>>,
    free: Vec<usize>,
}

/// A registered descriptor, and who waits for it.
#[derive(Debug)]
pub(crate) struct Source {
    token: usize,
    directions: [Mutex<Direction>; 2],
}

#[derive(Debug, Default)]
struct Direction {
    /// Counts edges.
    edges: u64,
    waker: Option<Waker>,
}

/// What a task waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// There is something to read, or to accept.
    In = 0,
    /// There is room to write, or the connection is made.
    Out = 1,
}

impl Net {
    pub(crate) fn new() -> Self {
        Net {
            poller: OnceLock::new(),
            waker: OnceLock::new(),
            sources: Mutex::default(),
            events: Mutex::new(None),
            waiters: AtomicUsize::new(0),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.waker.get().is_some()
    }

    pub(crate) fn has_waiters(&self) -> bool {
        self.waiters.load(Ordering::SeqCst) > 0
    }

    /// Registers a descriptor. Opens the poller with the first one; true when this was it.
    pub(crate) fn register(&self, fd: BorrowedFd<'_>) -> io::Result<(Arc<Source>, bool)> {
        let mut sources = lock(&self.sources);
        let is_first = !self.is_open();
        if is_first {
            let poller = Poller::new()?;
            let waker = poller.waker();
            // Under the lock of the sources, so nobody else does it.
            let _ = self.poller.set(poller);
            let _ = self.waker.set(waker);
        }
        let poller = self.poller.get().expect("it was just set");
        let token = sources.free.pop().unwrap_or(sources.list.len());
        let source = Arc::new(Source {
            token,
            directions: Default::default(),
        });
        let both = Interest::READABLE | Interest::WRITABLE;
        if let Err(error) = poller.add(fd, Token(token), both, Mode::Edge) {
            sources.free.push(token);
            if sources.list.len() == token {
                sources.list.push(None);
            }
            return Err(error);
        }
        match sources.list.get_mut(token) {
            Some(place) => *place = Some(Arc::clone(&source)),
            None => sources.list.push(Some(Arc::clone(&source))),
        }
        Ok((source, is_first))
    }

    /// Ends a registration, before the descriptor is closed.
    pub(crate) fn deregister(&self, fd: BorrowedFd<'_>, source: &Source) {
        if let Some(poller) = self.poller.get() {
            // It fails for what the kernel has forgotten already.
            let _ = poller.delete(fd);
        }
        for way in [Way::In, Way::Out] {
            self.forget_waiter(source, way);
        }
        let mut sources = lock(&self.sources);
        sources.list[source.token] = None;
        sources.free.push(source.token);
    }

    /// Takes what the kernel has, and wakes who waits for it; waits for at most `timeout`. True when
    /// somebody was woken; `None` when another thread is here.
    pub(crate) fn poll(&self, timeout: Option<Duration>) -> Option<bool> {
        let poller = self.poller.get()?;
        let mut events = self.events.try_lock().ok()?;
        let events = events.get_or_insert_with(|| Events::with_capacity(EVENTS));
        if poller.wait(events, timeout).is_err() {
            return Some(false);
        }
        let mut wakers = Vec::new();
        let sources = lock(&self.sources);
        for event in events.iter() {
            // What came of a registration that is gone may meet a new one: a wake too many.
            let Some(Some(source)) = sources.list.get(event.token().0) else {
                continue;
            };
            if event.is_readable() {
                wakers.extend(self.edge(source, Way::In));
            }
            if event.is_writable() {
                wakers.extend(self.edge(source, Way::Out));
            }
        }
        drop(sources);
        let any = !wakers.is_empty();
        wakers.into_iter().for_each(Waker::wake);
        Some(any)
    }

    /// Makes a wait in [`poll`](Self::poll) return.
    pub(crate) fn wake(&self) {
        if let Some(waker) = self.waker.get() {
            // It can only fail when the descriptor is gone, and with it the poller.
            let _ = waker.wake();
        }
    }

    fn edge(&self, source: &Source, way: Way) -> Option<Waker> {
        let mut direction = lock(&source.directions[way as usize]);
        direction.edges += 1;
        let waker = direction.waker.take();
        if waker.is_some() {
            self.waiters.fetch_sub(1, Ordering::SeqCst);
        }
        waker
    }

    /// Does `operation` as soon as it does not block: at once, or after the next edge.
    pub(crate) fn poll_io<R>(
        &self,
        source: &Source,
        way: Way,
        context: &mut Context<'_>,
        mut operation: impl FnMut() -> io::Result<R>,
    ) -> Poll<io::Result<R>> {
        loop {
            let edges = lock(&source.directions[way as usize]).edges;
            match operation() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if self.leave(source, way, edges, context.waker()) {
                        return Poll::Pending;
                    }
                }
                done => return Poll::Ready(done),
            }
        }
    }

    /// Leaves a waker. False when there was an edge since `edges` was read.
    fn leave(&self, source: &Source, way: Way, edges: u64, waker: &Waker) -> bool {
        let mut direction = lock(&source.directions[way as usize]);
        if direction.edges != edges {
            return false;
        }
        match &mut direction.waker {
            Some(known) => known.clone_from(waker),
            none => {
                *none = Some(waker.clone());
                self.waiters.fetch_add(1, Ordering::SeqCst);
            }
        }
        true
    }

    /// Nobody waits for this direction any more.
    pub(crate) fn forget_waiter(&self, source: &Source, way: Way) {
        let waker = lock(&source.directions[way as usize]).waker.take();
        if waker.is_some() {
            self.waiters.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
