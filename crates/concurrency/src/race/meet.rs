//! Waiting for others: once, wait group, barrier, semaphore.
//!
//! An edge is drawn where the thing *promises* one. The chapter's semaphore is made of a mutex, and
//! so orders any two who take a permit; a program that leans on that is wrong all the same, and by luck
//! in order today.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::edge::Edge;
use super::lock;
use crate::sync;

/// [`sync::Once`], seen by the detector: the work happens before each call's end.
#[derive(Debug, Default)]
pub struct Once {
    real: sync::Once,
    done: Mutex<Edge>,
}

impl Once {
    /// Nothing is done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// [`sync::Once::is_done`]: if so, it happened before now.
    pub fn is_done(&self) -> bool {
        let is_done = self.real.is_done();
        if is_done {
            lock(&self.done).acquire();
        }
        is_done
    }

    /// [`sync::Once::call_once`].
    pub fn call_once(&self, work: impl FnOnce()) {
        self.real.call_once(|| {
            work();
            lock(&self.done).release();
        });
        lock(&self.done).acquire();
    }
}

/// [`sync::WaitGroup`], seen by the detector: what is done happens before the wait's end.
#[derive(Debug, Default)]
pub struct WaitGroup {
    real: sync::WaitGroup,
    done: Mutex<Edge>,
}

impl WaitGroup {
    /// Nothing to wait for.
    pub fn new() -> Self {
        Self::default()
    }

    /// [`sync::WaitGroup::add`].
    ///
    /// # Panics
    ///
    /// As that does.
    pub fn add(&self, number: u32) {
        self.real.add(number);
    }

    /// [`sync::WaitGroup::done`].
    ///
    /// # Panics
    ///
    /// As that does.
    pub fn done(&self) {
        lock(&self.done).release();
        self.real.done();
    }

    /// [`sync::WaitGroup::wait`].
    pub fn wait(&self) {
        self.real.wait();
        lock(&self.done).acquire();
    }
}

/// [`sync::Barrier`], seen by the detector: all that was done before a meeting happens before all
/// that is done after it. For as many threads as its size: with more, who met whom is not known here.
#[derive(Debug)]
pub struct Barrier {
    real: sync::Barrier,
    size: usize,
    meetings: Mutex<Meetings>,
}

/// Two are enough: a thread that is late to leave one is itself awaited in the next.
#[derive(Debug, Default)]
struct Meetings {
    arrived: usize,
    edges: [Edge; 2],
}

impl Barrier {
    /// For so many threads.
    pub fn new(size: usize) -> Self {
        Barrier {
            real: sync::Barrier::new(size),
            size: size.max(1),
            meetings: Mutex::default(),
        }
    }

    /// [`sync::Barrier::wait`].
    pub fn wait(&self) -> bool {
        let which = self.arrive();
        let is_last = self.real.wait();
        lock(&self.meetings).edges[which].acquire();
        is_last
    }

    fn arrive(&self) -> usize {
        let mut meetings = lock(&self.meetings);
        let which = meetings.arrived / self.size % 2;
        if meetings.arrived.is_multiple_of(self.size) {
            meetings.edges[which] = Edge::default();
        }
        meetings.arrived += 1;
        meetings.edges[which].release();
        which
    }
}

/// [`sync::Semaphore`], seen by the detector: a permit that is given back happens before it is taken
/// again. Who finds one that was never taken is ordered with nobody.
#[derive(Debug)]
pub struct Semaphore {
    real: sync::Semaphore,
    /// A permit each, with what its last holder passed on: taken in the order of the giving back.
    free: Mutex<VecDeque<Edge>>,
}

/// One permit; dropped, it is given back.
#[derive(Debug)]
#[must_use = "dropped at once, it is given back at once"]
pub struct Permit<'a> {
    // After `drop` below: the edge is there when the permit is.
    _real: sync::Permit<'a>,
    free: &'a Mutex<VecDeque<Edge>>,
}

impl Semaphore {
    /// With so many permits.
    pub fn new(permits: usize) -> Self {
        Semaphore {
            real: sync::Semaphore::new(permits),
            free: Mutex::new(vec![Edge::default(); permits].into()),
        }
    }

    /// [`sync::Semaphore::acquire`].
    pub fn acquire(&self) -> Permit<'_> {
        self.permit(self.real.acquire())
    }

    /// [`sync::Semaphore::try_acquire`].
    pub fn try_acquire(&self) -> Option<Permit<'_>> {
        self.real.try_acquire().map(|real| self.permit(real))
    }

    fn permit<'a>(&'a self, real: sync::Permit<'a>) -> Permit<'a> {
        let free = &self.free;
        if let Some(edge) = lock(free).pop_front() {
            edge.acquire();
        }
        Permit { _real: real, free }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        lock(self.free).push_back(Edge::released());
    }
}
