//! To start a thread, and to wait for what it gives.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::thread::Result;

use super::scheduler::{self, Scheduler};
use super::thread::Thread;
use super::wait::{current, park};

/// Waits for a green thread's end. Dropped, it leaves the thread alone.
pub struct JoinHandle<T> {
    thread: Thread,
    packet: Rc<Packet<T>>,
}

struct Packet<T> {
    result: RefCell<Option<Result<T>>>,
    waiter: RefCell<Option<Thread>>,
}

/// Starts a green thread. It runs when its turn comes.
///
/// It need not be `Send`: green threads of one thread of the system take turns, and a turn ends where
/// the thread itself says so (for the exception see [`preemptible`](super::preemptible)).
///
/// # Panics
///
/// Outside of green threads, and when there is no stack for it: see [`try_spawn`].
pub fn spawn<T: 'static>(f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    spawn_named("", f)
}

/// The same, with a name for reports.
///
/// # Panics
///
/// As [`spawn`].
pub fn spawn_named<T: 'static>(name: &str, f: impl FnOnce() -> T + 'static) -> JoinHandle<T> {
    try_spawn(name, f).expect("there is room for another stack")
}

/// The same, for programs that want to go on without.
///
/// # Errors
///
/// Those of `mmap(2)`: some 32,000 stacks are all that Linux's limit on maps allows.
///
/// # Panics
///
/// Outside of green threads.
pub fn try_spawn<T: 'static>(
    name: &str,
    f: impl FnOnce() -> T + 'static,
) -> io::Result<JoinHandle<T>> {
    scheduler::here(|scheduler, _| spawn_on(scheduler, name, f))
        .expect("only a green thread starts another; the first is that of `run`")
}

pub(super) fn spawn_on<T: 'static>(
    scheduler: &Scheduler,
    name: &str,
    f: impl FnOnce() -> T + 'static,
) -> io::Result<JoinHandle<T>> {
    let packet = Rc::new(Packet {
        result: RefCell::new(None),
        waiter: RefCell::new(None),
    });
    let filled = Rc::clone(&packet);
    // No panic goes further than this: it is the result, as with std's threads.
    let job = Box::new(move || filled.fill(catch_unwind(AssertUnwindSafe(f))));
    let inner = scheduler.add(name, job)?;
    let thread = Thread { inner };
    Ok(JoinHandle { thread, packet })
}

impl<T> Packet<T> {
    fn fill(&self, result: Result<T>) {
        self.result.replace(Some(result));
        if let Some(waiter) = self.waiter.take() {
            waiter.unpark();
        }
    }
}

impl<T> JoinHandle<T> {
    /// Waits for its end. What it panicked with is the error.
    ///
    /// # Errors
    ///
    /// The panic's payload, which is [`Cancelled`](super::Cancelled) when it waited for ever.
    ///
    /// # Panics
    ///
    /// Outside of green threads, if it is not over.
    pub fn join(self) -> Result<T> {
        loop {
            if let Some(result) = self.packet.result.take() {
                return result;
            }
            self.packet.waiter.replace(Some(current()));
            park();
        }
    }

    /// Whether it is over.
    pub fn is_finished(&self) -> bool {
        self.packet.result.borrow().is_some()
    }

    /// The thread.
    pub fn thread(&self) -> &Thread {
        &self.thread
    }

    /// What it gave, once everybody is over.
    pub(super) fn into_result(self) -> Result<T> {
        let result = self.packet.result.take();
        result.unwrap_or_else(|| Err(Box::new(super::Cancelled) as Box<dyn Any + Send>))
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle")
            .field("thread", &self.thread)
            .finish_non_exhaustive()
    }
}
