//! Written like blocking code, run by a poller: the way of goroutines.
//!
//! A *task* is a piece of code that may pause: Rust's future, Go's goroutine. When its read would
//! block, it leaves its name with the *netpoller* and its thread to another task. The netpoller is
//! one thread that waits for all the descriptors; when one is ready, the task goes back to the run
//! queue, and a worker reads on where it stopped. Ten thousand tasks that wait cost ten thousand small
//! pieces of memory and no thread.
//!
//! The states of a task, and who moves it on:
//!
//! ```text
//! queued --worker--> running --its read would block--> parked --netpoller--> queued
//! ```
//!
//! The delicate moment is a descriptor that gets ready while its task is on its way to being parked.
//! So the name is left *before* the descriptor is watched; and a task that is woken while it still runs
//! is queued all the same, and whoever takes it waits for its lock.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::future::Future;
use std::io::{self, ErrorKind, Read};
use std::mem;
use std::num::NonZero;
use std::os::fd::{AsFd, BorrowedFd};
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, JoinHandle};

use crate::poller::{Events, Interest, Mode, Poller, Token};

/// Some workers and a netpoller. Dropped, it stops, and drops the tasks where they stand.
#[derive(Debug)]
pub struct Runtime {
    queue: Arc<RunQueue>,
    netpoller: Netpoller,
    threads: Vec<JoinHandle<()>>,
}

impl Runtime {
    /// Starts `workers` threads for the tasks and one for the netpoller.
    pub fn new(workers: NonZero<usize>) -> io::Result<Self> {
        let mut runtime = Runtime {
            queue: Arc::default(),
            netpoller: Netpoller(Arc::new(Parking {
                poller: Poller::new()?,
                parked: Mutex::default(),
            })),
            threads: Vec::new(),
        };
        let netpoller = runtime.netpoller.clone();
        runtime.start("netpoller", move || netpoller.run())?;
        for _ in 0..workers.get() {
            let queue = Arc::clone(&runtime.queue);
            runtime.start("worker", move || queue.work())?;
        }
        Ok(runtime)
    }

    fn start(&mut self, name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let thread = thread::Builder::new().name(name.into()).spawn(run)?;
        self.threads.push(thread);
        Ok(())
    }

    /// Go's `go`: begins a task. A result goes back by a channel.
    pub fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        self.queue.push(Arc::new(Task {
            future: Mutex::new(Some(Box::pin(future))),
            queue: Arc::clone(&self.queue),
        }));
    }

    /// What the tasks read with.
    pub fn netpoller(&self) -> Netpoller {
        self.netpoller.clone()
    }

    /// How many threads there are, whatever the number of tasks.
    pub fn threads(&self) -> usize {
        self.threads.len()
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.queue.close();
        // Fails only when the netpoller could not have been started either.
        let _ = self.netpoller.0.poller.waker().wake();
        for thread in self.threads.drain(..) {
            // A panic has been printed by its own thread.
            let _ = thread.join();
        }
        // A parked task holds the netpoller, and the netpoller the task.
        let parked = mem::take(&mut self.netpoller.0.lock().tasks);
        drop(parked);
        let queued = mem::take(&mut lock(&self.queue.state).tasks);
        drop(queued);
    }
}

/// Parks tasks until their descriptors are ready. Clones are the same one.
#[derive(Debug, Clone)]
pub struct Netpoller(Arc<Parking>);

#[derive(Debug)]
struct Parking {
    poller: Poller,
    parked: Mutex<Parked>,
}

#[derive(Debug, Default)]
struct Parked {
    /// Whom to wake, by token.
    tasks: HashMap<usize, Waker>,
    /// Never used twice, so that a late event wakes nobody else.
    next_token: usize,
}

impl Netpoller {
    /// Like [`Read::read`], but where that would block the task pauses. `source` has to be
    /// non-blocking.
    pub async fn read(
        &self,
        source: &mut (impl Read + AsFd),
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        loop {
            match source.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.readable(source.as_fd()).await?;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    fn readable<'a>(&'a self, source: BorrowedFd<'a>) -> Readable<'a> {
        Readable {
            parking: &self.0,
            source,
            token: None,
        }
    }

    /// The netpoller's thread; ends when somebody wakes the poller.
    fn run(&self) {
        let mut events = Events::with_capacity(256);
        while !events.woken() {
            self.0
                .poller
                .wait(&mut events, None)
                .expect("our own poller can be waited for");
            for event in &events {
                let task = self.0.lock().tasks.remove(&event.token().0);
                if let Some(task) = task {
                    task.wake();
                }
            }
        }
    }
}

impl Parking {
    fn lock(&self) -> MutexGuard<'_, Parked> {
        lock(&self.parked)
    }

    fn park(&self, source: BorrowedFd<'_>, task: Waker) -> io::Result<usize> {
        let token = {
            let mut parked = self.lock();
            let token = parked.next_token;
            parked.next_token += 1;
            parked.tasks.insert(token, task);
            token
        };
        let watched = self
            .poller
            .add(source, Token(token), Interest::READABLE, Mode::OneShot);
        if watched.is_err() {
            self.lock().tasks.remove(&token);
        }
        watched.map(|()| token)
    }
}

/// Pauses until `source` is readable.
struct Readable<'a> {
    parking: &'a Parking,
    source: BorrowedFd<'a>,
    /// Under which the task is parked, once it is.
    token: Option<usize>,
}

impl Future for Readable<'_> {
    type Output = io::Result<()>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let task = context.waker().clone();
        let Some(token) = self.token else {
            self.token = Some(self.parking.park(self.source, task)?);
            return Poll::Pending;
        };
        match self.parking.lock().tasks.get_mut(&token) {
            // Woken by something else than the netpoller.
            Some(parked) => {
                *parked = task;
                Poll::Pending
            }
            None => Poll::Ready(Ok(())),
        }
    }
}

impl Drop for Readable<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.token {
            self.parking.lock().tasks.remove(&token);
            // It was added, and is borrowed, so it has not been closed.
            let _ = self.parking.poller.delete(self.source);
        }
    }
}

/// The tasks that can go on.
#[derive(Debug, Default)]
struct RunQueue {
    state: Mutex<QueueState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct QueueState {
    tasks: VecDeque<Arc<Task>>,
    closed: bool,
}

impl RunQueue {
    fn push(&self, task: Arc<Task>) {
        lock(&self.state).tasks.push_back(task);
        self.changed.notify_one();
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.changed.notify_all();
    }

    fn pop(&self) -> Option<Arc<Task>> {
        let mut state = self
            .changed
            .wait_while(lock(&self.state), |state| {
                state.tasks.is_empty() && !state.closed
            })
            .unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return None;
        }
        state.tasks.pop_front()
    }

    /// A worker's thread.
    fn work(&self) {
        while let Some(task) = self.pop() {
            task.run();
        }
    }
}

struct Task {
    /// `None` when it has ended. Locked by the worker that runs it.
    future: Mutex<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>,
    queue: Arc<RunQueue>,
}

impl Task {
    fn run(self: Arc<Self>) {
        let waker = Waker::from(Arc::clone(&self));
        let mut future = lock(&self.future);
        if let Some(running) = &mut *future
            && running
                .as_mut()
                .poll(&mut Context::from_waker(&waker))
                .is_ready()
        {
            *future = None;
        }
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        let queue = Arc::clone(&self.queue);
        queue.push(self);
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").finish_non_exhaustive()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
