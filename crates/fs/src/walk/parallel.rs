//! A walk on several threads, in the memory of a walk on one.
//!
//! The obvious design is a queue of directories: a thread takes one, reads it, and puts all
//! directories that it finds into the queue. But that queue grows to the breadth of the tree: a
//! million directories side by side are a million paths in memory, and with paths instead of
//! descriptors the kernel looks up every name again; with descriptors, they run out.
//!
//! So here each thread walks on its own as the iterator does, depth first, and *gives away* a
//! directory that it would have entered, as long as the pool of directories given away is not full.
//! The pool is small: it has to last until the thread comes upon its next directory, no longer. In
//! the steady state it is full, and giving away costs nothing since it does not happen.
//!
//! The end is when the pool is empty and no thread is busy. A thread is busy from when it takes a
//! directory until it comes back for another; both happen under the pool's lock, so that nobody sees
//! an empty pool and idle threads while a directory is in between.

use std::collections::VecDeque;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::descent::{Descent, Job};
use super::{Entry, Next, Options, WalkError, stack};

struct Pool {
    given_away: Mutex<GivenAway>,
    /// Somebody gave something away, or the walk is over.
    changed: Condvar,
    /// As many as there are in the queue, for a look without the lock.
    length: AtomicUsize,
    /// How many there should be.
    wanted: usize,
    /// The walk is to end early.
    stopped: AtomicBool,
}

struct GivenAway {
    jobs: VecDeque<Job>,
    /// Threads that walk, and so may give away more. The first does from the beginning.
    busy: usize,
    /// Threads that sleep on `changed`.
    asleep: usize,
}

pub(super) fn run<V>(
    root: &Path,
    options: Options,
    threads: usize,
    visitor: &(impl Fn() -> V + Sync),
) where
    V: FnMut(Result<&Entry, WalkError>) -> Next,
{
    // Each directory given away keeps the one above it open: the pool counts as one more thread.
    let room = stack::room(threads + 1);
    let pool = Pool::new(threads, room);
    thread::scope(|scope| {
        // The system may refuse a thread; fewer will do.
        let others: Vec<_> = (1..threads)
            .map_while(|_| {
                pool.lock().busy += 1;
                let other = || pool.work(Descent::idle(options, room), visitor);
                let spawned = thread::Builder::new().spawn_scoped(scope, other);
                if spawned.is_err() {
                    pool.lock().busy -= 1;
                }
                spawned.ok()
            })
            .collect();
        pool.work(Descent::new(root, options, room), visitor);
        for other in others {
            other.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    });
}

impl Pool {
    fn new(threads: usize, room: usize) -> Self {
        Pool {
            given_away: Mutex::new(GivenAway {
                jobs: VecDeque::new(),
                busy: 1,
                asleep: 0,
            }),
            changed: Condvar::new(),
            length: AtomicUsize::new(0),
            wanted: if threads == 1 {
                0
            } else {
                room.min(8 * threads)
            },
            stopped: AtomicBool::new(false),
        }
    }

    /// What each thread does.
    fn work<V>(&self, mut descent: Descent, visitor: &impl Fn() -> V)
    where
        V: FnMut(Result<&Entry, WalkError>) -> Next,
    {
        let _stop = StopOnPanic(self);
        let mut visitor = visitor();
        loop {
            self.walk(&mut descent, &mut visitor);
            match self.take() {
                Some(job) => descent.take_on(job),
                None => return,
            }
        }
    }

    fn walk<V>(&self, descent: &mut Descent, visitor: &mut V)
    where
        V: FnMut(Result<&Entry, WalkError>) -> Next,
    {
        while !self.stopped.load(Ordering::Relaxed)
            && let Some(entry) = descent.advance()
        {
            match visitor(entry) {
                Next::Continue => {
                    if self.length.load(Ordering::Relaxed) < self.wanted
                        && let Some(job) = descent.give_away()
                    {
                        self.give(job);
                    }
                }
                Next::SkipDirectory => descent.skip_directory(),
                Next::Stop => self.stop(),
            }
        }
    }

    fn give(&self, job: Job) {
        let mut given_away = self.lock();
        given_away.jobs.push_back(job);
        self.length.store(given_away.jobs.len(), Ordering::Relaxed);
        let asleep = given_away.asleep;
        drop(given_away);
        if asleep > 0 {
            self.changed.notify_one();
        }
    }

    /// None at the end of the walk.
    fn take(&self) -> Option<Job> {
        let mut given_away = self.lock();
        given_away.busy -= 1;
        loop {
            if self.stopped.load(Ordering::Relaxed) {
                return None;
            }
            if let Some(job) = given_away.jobs.pop_front() {
                self.length.store(given_away.jobs.len(), Ordering::Relaxed);
                given_away.busy += 1;
                return Some(job);
            }
            if given_away.busy == 0 {
                self.changed.notify_all();
                return None;
            }
            given_away.asleep += 1;
            given_away = self
                .changed
                .wait(given_away)
                .unwrap_or_else(PoisonError::into_inner);
            given_away.asleep -= 1;
        }
    }

    fn stop(&self) {
        // Under the lock, or a thread that has just looked would sleep through it.
        let _given_away = self.lock();
        self.stopped.store(true, Ordering::Relaxed);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, GivenAway> {
        // Nothing that can panic happens under it.
        self.given_away
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A thread whose visitor panicked never comes back for more; the others must not wait for it.
struct StopOnPanic<'a>(&'a Pool);

impl Drop for StopOnPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.stop();
        }
    }
}
