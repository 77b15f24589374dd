//! The tracer on Linux: ptrace(2), and how to lose nothing with it.
//!
//! # Concepts
//!
//! A *task* is what the kernel schedules: a thread, or the only thread of a process. Each is traced for
//! itself. A traced task *stops* when something happens to it (it enters a call, leaves it, is about
//! to get a signal, has started another task, has executed a program) and stands still until the
//! tracer resumes it, having looked at its registers and memory meanwhile. The tracer learns of stops
//! and ends by waiting, as a parent learns of its children's.
//!
//! So the tracer is a loop: wait for a report, see which task it is of and what that task was doing,
//! tell what happened, resume the task in the way that makes it stop where the next interesting thing
//! happens.
//!
//! # Ways not taken
//!
//! - `PTRACE_TRACEME` with `PTRACE_ATTACH`, the old way: it sends a `SIGSTOP`, which cannot be told
//!   from anybody's; a task that job control has stopped cannot be left stopped; and a program sees
//!   its own stop. `PTRACE_SEIZE` stops nothing and knows stops by job control apart.
//! - To count stops in order to know whether one is the entry or the exit of a call: one stop missed
//!   (execve, attaching, a filter) and every call afterwards is wrong. `PTRACE_GET_SYSCALL_INFO` says
//!   which it is, and gives all numbers in the same request, on every architecture.
//! - A thread for each traced process: only the thread that seized a task may make requests of it, and
//!   a child that is started belongs to its parent's tracer.
//! - To wait for each task by its number: with many there is no order in which to do so.
//!
//! # The protocol
//!
//! [`Tracer::next`] gives one event after the other. While events of a stop are still to be given, the
//! task stands; it is resumed when the caller asks for more. So whoever is told [`Kind::Enter`] can
//! look at the task before the kernel does anything.
//!
//! Reports are gathered before they are served: all that there are, then one after the other. The
//! kernel reports tasks in an order of its own, always the same, and a task that makes one call after
//! the other would keep those behind it from being heard for ever.
//!
//! # Delicate moments
//!
//! - *Birth.* The new task's first stop and its parent's report of it come in any order, and the parent
//!   may be killed before it reports. Whichever comes first makes the task known; a first *end* waits
//!   for the parent, since one who was never seen to stop may be a child that this program has started
//!   by other means.
//! - *Death.* `SIGKILL` ends a task also while it is stopped. Every request may fail with `ESRCH`, and
//!   none of these is an error. A call that was open is told as one that never returned.
//! - *execve by a thread.* All other threads end, the first among them without a report, and the one
//!   that called takes the number of the first. What was known of it moves there. A report of the
//!   former owner of the number that was gathered and not served describes nobody any more: whatever
//!   the kernel says now decides, and the report is dropped.
//! - *Stops by job control.* The stop is a state of the process, not an event to resume from: the task
//!   is left listening, and reports when `SIGCONT` has come.
//! - *Leaving.* A task can only be left while it is stopped. A signal that it stopped for is handed
//!   over with the farewell, or it would be lost.
//!
//! # Files, in reading order
//!
//! `launch` and `start` bring a program under the tracer, `attach` comes to running ones and leaves;
//! `ptrace` has the requests, `task` what is known of each task; `stops` and `calls` say what a report
//! means; `memory` and `registers` look into a task. The rest is for speed and comfort: `admission` and
//! `seccomp` (filters), `processor` (one for all), `breakpoint` (from `main` on).

mod admission;
mod attach;
mod breakpoint;
mod calls;
mod launch;
mod memory;
mod processor;
mod ptrace;
mod registers;
mod seccomp;
mod start;
mod stops;
mod task;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::time::{Duration, SystemTime};

use nix::errno::Errno;

use self::admission::Admission;
use self::processor::Processor;
use self::ptrace::{Report, Resume};
use self::start::Start;
use self::task::{Process, Task};
use super::{Command, Ending, Error, Options};
use crate::decode::{Decoder, Style};
use crate::event::{Event, Kind, Pid};
use crate::symbols::Unwinder;

/// Traces programs: see the [module's documentation](super).
///
/// A tracer belongs to the thread that made it (the kernel serves no other), and waits for all that
/// this thread traces *and for the children it has started by other means*, whose statuses are lost:
/// start those from another thread. Children of other threads are not touched, unless they are attached
/// to: then the tracer collects their end. One thread has one tracer at a time.
///
/// While it traces what it has spawned, and not more than two processes without threads, all of them
/// share one processor, this thread among them; that more than halves what a stop costs.
///
/// Dropping it kills what it has spawned, and leaves to itself what it has attached to.
#[derive(Debug)]
pub struct Tracer {
    options: Options,
    admission: Admission,
    decoder: Decoder,
    tasks: HashMap<Pid, Task>,
    processes: HashMap<Pid, Process>,
    /// Ends of tasks that nobody has reported the birth of.
    early_ends: HashMap<Pid, Report>,
    /// Gathered, not served.
    reports: VecDeque<(Pid, Report)>,
    /// Not given to the caller so far.
    events: VecDeque<Event>,
    /// The task whose events those are: to be resumed when they have been given.
    held: Option<Held>,
    processor: Option<Processor>,
    unwinder: Option<Unwinder>,
    /// Whether the tasks run under a seccomp filter of ours.
    filtered: bool,
    /// The program that was spawned.
    root: Option<Pid>,
    start: Start,
    ending: Option<Ending>,
    /// Raw pointers are neither `Send` nor `Sync`, and so is a tracer.
    _of_this_thread: std::marker::PhantomData<*const ()>,
}

/// A task that stands, and how it is to go on.
#[derive(Clone, Copy, Debug)]
struct Held {
    tid: Pid,
    how: Resume,
    signal: i32,
}

impl Tracer {
    /// Starts a program under the tracer. The events begin with its execve.
    ///
    /// Returns when the program is in memory and has not executed an instruction.
    ///
    /// # Errors
    ///
    /// [`Error::Execute`] when there is no such program, [`Error::NoMain`], [`Error::System`].
    pub fn spawn(command: &Command, options: Options) -> Result<Self, Error> {
        Self::new(options).start(command)
    }

    /// Attaches to running processes, all their threads; with `follow` also to what they start.
    ///
    /// # Errors
    ///
    /// [`Error::Attach`] for the first that cannot be attached to; none is traced then.
    pub fn attach(processes: &[Pid], options: Options) -> Result<Self, Error> {
        let mut tracer = Self::new(options);
        tracer.start = Start::Done;
        for &pid in processes {
            tracer.attach_to(pid)?;
        }
        Ok(tracer)
    }

    /// Lets the tasks go on and waits for the next event; `None` when nothing is left to trace.
    ///
    /// # Errors
    ///
    /// [`Error::Interrupted`] when a signal handler of this program ran that was installed without
    /// `SA_RESTART`; the tracer can go on. [`Error::System`].
    #[expect(clippy::should_implement_trait, reason = "it can fail")]
    pub fn next(&mut self) -> Result<Option<Event>, Error> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            self.resume_held()?;
            match self.next_report()? {
                Some((tid, report)) => self.serve(tid, report)?,
                None => return Ok(None),
            }
        }
    }

    /// Leaves every task to itself, as if it had never been traced. The programs go on.
    ///
    /// [`next`](Self::next) then gives the events that were not given yet, and [`Kind::Detached`] for
    /// each task.
    ///
    /// # Errors
    ///
    /// [`Error::System`]: a program that was spawned with a filter cannot be left, see
    /// [`Options::filter`]; it is still traced then. A task that has ended meanwhile is no error.
    pub fn detach(&mut self) -> Result<(), Error> {
        self.leave_all()
    }

    /// How the program that was spawned ended, once it has.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        self.ending
    }

    fn new(options: Options) -> Self {
        Self {
            admission: Admission::new(&options.filter),
            decoder: Decoder::new(Style {
                string_limit: options.string_limit,
                descriptors: options.descriptors,
            }),
            unwinder: options.stack.then(Unwinder::new),
            options,
            tasks: HashMap::new(),
            processes: HashMap::new(),
            early_ends: HashMap::new(),
            reports: VecDeque::new(),
            events: VecDeque::new(),
            held: None,
            processor: None,
            filtered: false,
            root: None,
            start: Start::Pending,
            ending: None,
            _of_this_thread: std::marker::PhantomData,
        }
    }

    /// The next report to serve; waits for one when none is there.
    fn next_report(&mut self) -> Result<Option<(Pid, Report)>, Error> {
        if self.reports.is_empty() {
            self.gather()?;
        }
        Ok(self.reports.pop_front())
    }

    /// Waits for a report, and takes all others that are there.
    fn gather(&mut self) -> Result<(), Error> {
        if self.tasks.is_empty() {
            return Ok(());
        }
        let mut report = match ptrace::wait(true) {
            Err(Errno::EINTR) => return Err(Error::Interrupted),
            Err(Errno::ECHILD) => {
                self.tasks.clear();
                return Ok(());
            }
            other => other,
        };
        loop {
            match report {
                Ok(Some(report)) => self.reports.push_back(report),
                Ok(None) | Err(Errno::ECHILD) => return Ok(()),
                Err(error) => return Err(system("wait for the traced tasks", error)),
            }
            // A task that is alone and has just stopped has nothing to add.
            if self.tasks.len() == 1 {
                return Ok(());
            }
            report = ptrace::wait(false);
        }
    }

    /// Resumes the task whose events have been given.
    fn resume_held(&mut self) -> Result<(), Error> {
        let Some(Held { tid, how, signal }) = self.held.take() else {
            return Ok(());
        };
        if self.was_superseded(tid) {
            return Ok(());
        }
        alive(ptrace::resume(tid, how, signal), "resume a task").map(drop)
    }

    /// Adds an event of a task that is known.
    fn tell(&mut self, tid: Pid, kind: Kind) {
        self.tell_at(tid, now(), kind);
    }

    fn tell_at(&mut self, tid: Pid, time: Duration, kind: Kind) {
        let pid = self.tasks.get(&tid).map_or(tid, |task| task.pid);
        self.events.push_back(Event {
            pid,
            tid,
            time,
            kind,
        });
    }
}

impl Drop for Tracer {
    fn drop(&mut self) {
        if self.root.is_none() {
            let _ = self.leave_all();
            return;
        }
        self.kill_all();
    }
}

/// The time since 1970.
fn now() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

fn system(step: &'static str, error: Errno) -> Error {
    Error::System {
        step,
        source: io::Error::from(error),
    }
}

/// The answer to a request of ptrace; `None` when the task has been killed meanwhile.
fn alive<T>(answer: Result<T, Errno>, step: &'static str) -> Result<Option<T>, Error> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(Errno::ESRCH) => Ok(None),
        Err(error) => Err(system(step, error)),
    }
}
