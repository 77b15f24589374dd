//! What a program does with a runtime.

use std::fmt;
use std::future::Future;
use std::io;
use std::num::NonZero;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::deadlock::{Deadlock, Policy};
use super::machine::Seat;
use super::scheduler::Scheduler;
use super::sysmon::Sysmon;
use super::task::{self, TaskInfo};
use super::{JoinHandle, Snapshot, blocking, locked};

/// How a runtime is to be.
#[derive(Debug, Clone)]
pub struct Builder {
    processors: Option<usize>,
    policy: Policy,
    name: String,
    schedtrace: Option<(Duration, bool)>,
}

/// A runtime: its tasks end with it.
///
/// ```
/// use concurrency::runtime::{Runtime, spawn};
///
/// let sum = Runtime::new().block_on(async {
///     let tasks: Vec<_> = (1..=10).map(|n| spawn(async move { n * n })).collect();
///     let mut sum = 0;
///     for task in tasks {
///         sum += task.await.unwrap();
///     }
///     sum
/// });
/// assert_eq!(sum, 385);
/// ```
pub struct Runtime {
    scheduler: Arc<Scheduler>,
}

/// Spawns tasks on a runtime from anywhere.
#[derive(Clone)]
pub struct Handle {
    scheduler: Arc<Scheduler>,
}

/// What was found when a runtime was shut down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shutdown {
    /// The tasks that had not ended by themselves, and were cancelled: what Go calls leaked.
    pub leaked: Vec<TaskInfo>,
    /// How many of them are still there: in a blocking call that did not end in time.
    pub stuck: usize,
}

impl Builder {
    /// As many Ps as the process may use processors, or as the environment variable
    /// `GOMAXPROCS` says.
    #[must_use]
    pub fn new() -> Self {
        Builder {
            processors: None,
            policy: Policy::default(),
            name: "rt".to_owned(),
            schedtrace: None,
        }
    }

    /// So many tasks may run at the same time.
    #[must_use]
    pub fn processors(mut self, number: usize) -> Self {
        self.processors = Some(number);
        self
    }

    /// Whether to say that all tasks are asleep.
    #[must_use]
    pub fn deadlock(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// What the threads' names begin with.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Prints the scheduler's state on standard error each time that so much time has passed; with
    /// `detail`, of each P, M and task.
    #[must_use]
    pub fn schedtrace(mut self, period: Duration, detail: bool) -> Self {
        self.schedtrace = Some((period, detail));
        self
    }

    /// Makes the runtime, and starts its watcher. Other threads come when there is work for them.
    ///
    /// # Errors
    ///
    /// The system gives no thread.
    pub fn build(self) -> io::Result<Runtime> {
        let debug = crate::debug::from_environment();
        let processors = self.processors.or(debug.processors);
        let processors = processors.unwrap_or_else(default_processors);
        let scheduler = Scheduler::new(processors, self.policy, self.name);
        Sysmon::start(&scheduler)?;
        if let Some((period, detail)) = self.schedtrace.or(debug.schedtrace) {
            scheduler.sysmon.set_schedtrace(period, detail);
        }
        Ok(Runtime { scheduler })
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

fn default_processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

impl Runtime {
    /// A runtime as [`Builder::new`] has it.
    ///
    /// # Panics
    ///
    /// When the system gives no thread.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "it starts a thread")]
    pub fn new() -> Self {
        Builder::new().build().expect("the system gives a thread")
    }

    /// Runs a future on this thread until it is ready, and the runtime's tasks meanwhile on others.
    ///
    /// # Panics
    ///
    /// If the future does, and with a list of all tasks when they all wait for each other: see
    /// [`try_block_on`](Self::try_block_on). Also within a task of this runtime.
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.try_block_on(future)
            .unwrap_or_else(|deadlock| panic!("{deadlock}"))
    }

    /// The same, with an error when all tasks wait for each other.
    ///
    /// # Errors
    ///
    /// [`Deadlock`], with each task's name, where it was spawned, and what it waits for.
    pub fn try_block_on<F: Future>(&self, future: F) -> Result<F::Output, Deadlock> {
        locked::block_on(&self.scheduler, future)
    }

    /// Starts a task.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        start(&self.scheduler, future, None, Location::caller())
    }

    /// For spawning from other threads.
    #[must_use]
    pub fn handle(&self) -> Handle {
        Handle {
            scheduler: Arc::clone(&self.scheduler),
        }
    }

    /// Cancels all tasks, waits for at most `limit` until they are gone, and ends the threads.
    #[must_use]
    pub fn shutdown(self, limit: Duration) -> Shutdown {
        let leaked = self.scheduler.tasks();
        let stuck = self.end(limit);
        Shutdown { leaked, stuck }
    }

    fn end(&self, limit: Duration) -> usize {
        let scheduler = &self.scheduler;
        let deadline = Instant::now() + limit;
        scheduler.registry.close();
        for (task, _) in scheduler.registry.all() {
            task.cancel();
        }
        if Seat::of(scheduler, |_| ()).is_none() {
            scheduler.registry.wait_until_empty(deadline);
        }
        scheduler.stop();
        scheduler.registry.len()
    }
}

impl Drop for Runtime {
    /// Cancels all tasks and ends the threads. A task in a blocking call is waited for, for a
    /// second at most.
    fn drop(&mut self) {
        if !self.scheduler.is_stopping() {
            self.end(Duration::from_secs(1));
        }
    }
}

impl fmt::Debug for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Runtime")
            .field("processors", &self.handle().processors())
            .finish_non_exhaustive()
    }
}

impl Handle {
    /// The runtime that this thread runs a task of.
    #[must_use]
    pub fn current() -> Option<Handle> {
        let scheduler = Seat::current(|seat| seat.map(|seat| Arc::clone(&seat.scheduler)));
        scheduler.map(|scheduler| Handle { scheduler })
    }

    pub(crate) fn expect() -> Handle {
        Handle::current().expect("there is no runtime here: call this from block_on or from a task")
    }

    pub(crate) fn scheduler(&self) -> &Arc<Scheduler> {
        &self.scheduler
    }

    /// Starts a task.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        start(&self.scheduler, future, None, Location::caller())
    }

    /// How many Ps may run.
    #[must_use]
    pub fn processors(&self) -> usize {
        self.scheduler.active.load(Ordering::SeqCst)
    }

    /// Changes how many Ps may run, while everything runs; from 1 to
    /// [`MAX_PROCESSORS`](super::MAX_PROCESSORS). A P that is one too many ends its task's poll first.
    #[doc(alias = "GOMAXPROCS")]
    pub fn set_processors(&self, number: usize) {
        self.scheduler.resize(number);
    }

    /// The scheduler's state now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::take(&self.scheduler)
    }

    /// All tasks that are not over.
    #[must_use]
    pub fn tasks(&self) -> Vec<TaskInfo> {
        self.scheduler.tasks()
    }

    /// Prints the scheduler's state from now on, or no more with a period of zero.
    pub fn set_schedtrace(&self, period: Duration, detail: bool) {
        self.scheduler.sysmon.set_schedtrace(period, detail);
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("processors", &self.processors())
            .finish_non_exhaustive()
    }
}

/// Starts a task on the runtime that this one runs on: Go's `go`.
///
/// It does not run at once; it is put where it will be taken next when the current task waits.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_at(future, None, Location::caller())
}

/// The same, with a name for reports and traces.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn_named<F>(name: impl Into<String>, future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    spawn_at(future, Some(name.into()), Location::caller())
}

/// Starts a task that is one [`blocking`] call.
///
/// # Panics
///
/// Outside of a runtime.
#[track_caller]
pub fn spawn_blocking<R, W>(work: W) -> JoinHandle<R>
where
    W: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    spawn_at(async move { blocking(work) }, None, Location::caller())
}

fn spawn_at<F>(
    future: F,
    name: Option<String>,
    place: &'static Location<'static>,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    // The scheduler's count is left alone: the seat keeps it while its thread is here.
    let mut future = Some(future);
    let mut name = Some(name);
    let handle = Seat::current(|seat| {
        let scheduler = &seat?.scheduler;
        let (future, name) = (future.take()?, name.take()?);
        Some(start(scheduler, future, name, place))
    });
    handle.expect("there is no runtime here: call this from block_on or from a task")
}

fn start<F>(
    scheduler: &Arc<Scheduler>,
    future: F,
    name: Option<String>,
    place: &'static Location<'static>,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let id = scheduler.new_id();
    let [registered, joined, queued] =
        task::allocate(future, std::ptr::NonNull::from(&**scheduler), id, place);
    if scheduler.tracer.is_on() {
        let tracer = &scheduler.tracer;
        let name = name.as_deref();
        let there = Seat::of(scheduler, |seat| {
            tracer.created(scheduler, Some(seat), id, name, place);
        });
        if there.is_none() {
            tracer.created(scheduler, None, id, name, place);
        }
    }
    if scheduler.registry.enter(registered, name) {
        scheduler.enqueue_new(queued);
    } else {
        queued.cancel();
        // It is in no queue, so it is ours to run: which is to drop it.
        let again = queued.run();
        debug_assert!(again.is_none(), "a cancelled task does not go on");
    }
    JoinHandle::new(joined)
}
