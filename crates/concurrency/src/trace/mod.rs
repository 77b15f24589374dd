//! Tracing: what happened when, and on which P and M.
//!
//! A profile says where the processor's time went; a trace says where *time* went, waiting included.
//! The scheduler notes each of its decisions: a task was made, became runnable, ran, waited, was stolen, set
//! a timer.
//! The program can add *regions* (a stretch of one task), *tasks* (a job that many tasks work on) and
//! messages.
//!
//! ```
//! use concurrency::runtime::{Runtime, spawn_named, yield_now};
//! use concurrency::trace::{self, Kind};
//!
//! let runtime = Runtime::new();
//! let recording = trace::start(&runtime.handle(), trace::DEFAULT_CAPACITY)?;
//! runtime.block_on(async {
//!     spawn_named("worker", async {
//!         let _region = trace::region("twice");
//!         yield_now().await;
//!     })
//!     .await
//!     .unwrap();
//! });
//! let trace = recording.stop();
//! assert_eq!(trace.count(Kind::Create), 1);
//! assert_eq!(trace.count(Kind::Yield), 1);
//! let timeline = trace.timeline();
//! assert!(timeline.tasks.iter().any(|task| task.name == "worker"));
//! # Ok::<(), trace::AlreadyRecording>(())
//! ```
//!
//! # What it costs
//!
//! Off: one relaxed load an event. On: a word or two, written into a ring that only the
//! owner of the P writes, and a look at the clock, which is most of it. So moments are shared: a turn that
//! follows the one before without a search begins when that ended, and who waited for a task's end is woken
//! then too. All others are timed, as nothing else tells how long the program has computed since the last one:
//! with one look for several turns, the one of them that was long could not be told from the others.
//! Events of threads without a P go into one ring with a lock; they are few.
//!
//! # Files, in reading order
//!
//! `ring` (how events are kept), `clock`, `strings` (texts by number), `recorder` (from the scheduler into the rings),
//! `user` (regions and tasks), `alarm` (timers), `timeline` (from events to the states of each task), `chrome` (for
//! Perfetto), `html` (for a browser that is not on the net).

mod alarm;
mod chrome;
mod clock;
mod html;
mod recorder;
mod ring;
mod strings;
mod timeline;
mod user;

use std::sync::atomic::Ordering;

use crate::runtime::TaskId;
use crate::runtime::machine::Seat;
use crate::runtime::scheduler::Scheduler;

pub(crate) use alarm::Alarm;
pub use html::page;
pub(crate) use recorder::Tracer;
pub use recorder::{AlreadyRecording, DEFAULT_CAPACITY, Event, Recording, Trace, start};
pub use timeline::{Instant, Lane, Outcome, Slice, Span, State, TaskLine, Timeline, Timer, Wake};
pub use user::{Region, RegionError, Task, log, region, task};

/// The number of the future of a `block_on` in a trace: this and the number of its M.
pub const BLOCK_ON: u64 = 1 << 40;

/// Whoever writes an event is no M.
const NO_MACHINE: u64 = u64::MAX >> 5;

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A task was spawned, and is runnable. The argument is the spawner's number, 0 for none, with the
    /// task's name and place in its upper half.
    Create = 1,
    /// A task that waited became runnable: Go's "unblock".
    Ready,
    /// An M began to poll it.
    Start,
    /// It waits: Go's "block". The argument names what for.
    Stop,
    /// It gave up its turn of its own accord.
    Yield,
    /// It gave up its turn because its slice was over.
    Preempt,
    /// It is over.
    End,
    /// It was stolen, and others with it; the argument is the P that they were taken from.
    Steal,
    /// Its M went into a blocking call.
    SyscallEnter,
    /// It came back; the argument is 1 if it has a P again.
    SyscallExit,
    /// sysmon took a P from a blocking call. The argument is the P.
    Retake,
    /// A P was given to an M that waited for one. The argument is the P.
    HandOff,
    /// An M has got a P. The argument is the P.
    ProcessorStart,
    /// An M has let go of its P. The argument is the P.
    ProcessorStop,
    /// The task has set a timer. The argument is its number, with the microseconds until it is due in the
    /// upper half.
    TimerSet,
    /// A timer of the task rang: it was due. The argument is its number.
    TimerFire,
    /// A timer of the task was taken back before it rang. The argument is its number.
    TimerStop,
    /// A user's task began.
    TaskBegin,
    /// A user's task is over.
    TaskEnd,
    /// A region of a task began.
    RegionBegin,
    /// The innermost region of a task is over.
    RegionEnd,
    /// A message of the program.
    Log,
}

impl Kind {
    /// All that there are, in the order of their numbers.
    pub const ALL: [Kind; 22] = [
        Kind::Create,
        Kind::Ready,
        Kind::Start,
        Kind::Stop,
        Kind::Yield,
        Kind::Preempt,
        Kind::End,
        Kind::Steal,
        Kind::SyscallEnter,
        Kind::SyscallExit,
        Kind::Retake,
        Kind::HandOff,
        Kind::ProcessorStart,
        Kind::ProcessorStop,
        Kind::TimerSet,
        Kind::TimerFire,
        Kind::TimerStop,
        Kind::TaskBegin,
        Kind::TaskEnd,
        Kind::RegionBegin,
        Kind::RegionEnd,
        Kind::Log,
    ];

    /// A task's turn is over with it.
    #[inline]
    fn ends_turn(self) -> bool {
        matches!(self, Kind::Stop | Kind::Yield | Kind::Preempt | Kind::End)
    }

    fn from_number(number: u64) -> Option<Kind> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        Kind::ALL.get(index).copied()
    }
}

/// Something happened to a task.
#[inline]
pub(crate) fn emit(
    scheduler: &Scheduler,
    seat: Option<&Seat>,
    kind: Kind,
    task: TaskId,
    argument: u64,
) {
    if scheduler.tracer.is_on() {
        scheduler
            .tracer
            .record(scheduler, seat, kind, task, argument);
    }
}

/// Something happened to an M, with this P.
#[inline]
pub(crate) fn emit_machine(scheduler: &Scheduler, seat: &Seat, kind: Kind, processor: usize) {
    emit(scheduler, Some(seat), kind, TaskId(0), processor as u64);
}

/// Something happened to a P.
#[inline]
pub(crate) fn emit_processor(
    scheduler: &Scheduler,
    seat: Option<&Seat>,
    kind: Kind,
    processor: usize,
) {
    emit(scheduler, seat, kind, TaskId(0), processor as u64);
}

/// The task whose turn it is on this M, the future of a `block_on` included.
pub(crate) fn current(seat: &Seat) -> TaskId {
    match seat.machine.current_task.load(Ordering::Relaxed) {
        0 => block_on(seat.machine.id),
        id => TaskId(id),
    }
}

/// The number of the future that this M is locked to.
pub(crate) fn block_on(machine: usize) -> TaskId {
    TaskId(BLOCK_ON + machine as u64)
}

/// A line of the scheduler's trace, on standard error.
pub(crate) fn print_line(line: &str) {
    use std::io::Write;
    // Nobody is there to be told when standard error is closed.
    let _ = std::io::stderr().write_all(format!("{line}\n").as_bytes());
}
