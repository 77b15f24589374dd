//! From events to states: when each task ran, could have run, waited, or was in a blocking call; and what
//! ran on each P and M.
//!
//! The states follow each other without a gap from a task's first event to its end, so their sums are
//! the time that it was there.

mod build;

use build::Builder;

use super::{BLOCK_ON, Kind, Trace};
use crate::runtime::TaskId;

/// What a task is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// An M polls it.
    Running,
    /// It is in a queue, or in line for a P.
    Runnable,
    /// Somebody has to wake it.
    Waiting,
    /// In a blocking call.
    Syscall,
}

/// A stretch of a task's time in one state. Times are nanoseconds since the recording began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// When it began.
    pub begin: u64,
    /// When it was over.
    pub end: u64,
    /// What the task did.
    pub state: State,
    /// On which P, if it ran.
    pub processor: Option<usize>,
    /// On which M, if it ran or was in a blocking call.
    pub machine: Option<usize>,
    /// What it waited for, if it said so.
    pub reason: String,
}

/// One task's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskLine {
    /// Its number.
    pub id: TaskId,
    /// As it was spawned; empty without one.
    pub name: String,
    /// Where it was spawned; empty if that was not seen.
    pub place: String,
    /// Who spawned it; 0 for a thread, or the future of a `block_on`.
    pub spawner: TaskId,
    /// Its states, one after the other.
    pub slices: Vec<Slice>,
}

/// What ran when on a P or an M.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lane {
    /// Its number.
    pub id: usize,
    /// The task, and the index of one of its slices; in the order of time.
    pub slices: Vec<(TaskId, usize)>,
    /// Nanoseconds in which a task ran.
    pub busy: u64,
}

/// A region, or a user's task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Its name.
    pub name: String,
    /// When it began.
    pub begin: u64,
    /// When it was over; the end of the recording if it was not.
    pub end: u64,
    /// In which task of the runtime it began.
    pub task: TaskId,
    /// The number of the user's task that it is, or belongs to; 0 for none.
    pub job: u64,
    /// How many regions of the same task are around it.
    pub depth: usize,
}

/// A timer, from when it was set to when it rang or was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Which task set it.
    pub task: TaskId,
    /// When it was set.
    pub begin: u64,
    /// When it was to ring, about: in whole microseconds from the beginning.
    pub due: u64,
    /// When it rang or was stopped; the end of the recording if it was still set then.
    pub end: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was due, and rang.
    Rang,
    /// It was taken back: who set it did not have to wait so long.
    Stopped,
    /// The recording was over before.
    Pending,
}

/// A task became runnable on one P and ran on another, or the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    /// Which task.
    pub task: TaskId,
    /// When and on which P somebody woke it.
    pub from: (u64, usize),
    /// When and on which P it ran.
    pub to: (u64, usize),
}

/// Something that takes no time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant {
    /// When.
    pub time: u64,
    /// What.
    pub kind: Kind,
    /// To whom.
    pub task: TaskId,
    /// On which P.
    pub processor: Option<usize>,
    /// A message's text, or the number of a P or of a timer.
    pub text: String,
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// Nanoseconds.
    pub duration: u64,
    /// In the order of their numbers.
    pub tasks: Vec<TaskLine>,
    /// In the order of their numbers.
    pub processors: Vec<Lane>,
    /// In the order of their numbers.
    pub machines: Vec<Lane>,
    /// Of all tasks, in the order of their beginning.
    pub regions: Vec<Span>,
    /// The user's tasks, in the order of their beginning.
    pub jobs: Vec<Span>,
    /// In the order in which they were set.
    pub timers: Vec<Timer>,
    /// In the order of the starts.
    pub wakes: Vec<Wake>,
    /// Thefts, preemptions, rings, messages and the like.
    pub instants: Vec<Instant>,
}

impl TaskLine {
    /// Nanoseconds in a state.
    #[must_use]
    pub fn total(&self, state: State) -> u64 {
        let slices = self.slices.iter().filter(|slice| slice.state == state);
        slices.map(|slice| slice.end - slice.begin).sum()
    }

    /// What it is called in lists: its name, or its number.
    #[must_use]
    pub fn label(&self) -> String {
        match (self.id.0.checked_sub(BLOCK_ON), self.name.as_str()) {
            (Some(_), _) => "block_on".to_owned(),
            (None, "") => format!("G{}", self.id),
            (None, name) => format!("G{} {name}", self.id),
        }
    }
}

impl Timeline {
    pub(super) fn of(trace: &Trace) -> Timeline {
        let mut builder = Builder::new(trace);
        for event in &trace.events {
            builder.add(event);
        }
        builder.finish()
    }

    /// The history of a task by its name.
    #[must_use]
    pub fn task(&self, name: &str) -> Option<&TaskLine> {
        self.tasks.iter().find(|task| task.name == name)
    }
}
