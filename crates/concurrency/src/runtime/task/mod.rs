//! Tasks: what Go calls a G.
//!
//! A goroutine is a stack and the registers that it was left with. A task is a *future*: a struct
//! that the compiler has made of an `async` block, with room for just those variables that live across
//! an `.await`. So it needs no stack of its own; it uses that of the thread that polls it, and leaves it
//! empty when it returns "pending". That is why a million of them fit where a million goroutines (with
//! 2 KiB at least) do not, and why a task can be taken from its thread at an `.await` only.
//!
//! # In memory
//!
//! One allocation: the `Header`, whose type is the same for all tasks, and the future behind it, later
//! the output in the same place. Queues, wakers and handles are pointers to the header; what
//! depends on the future's type is behind a table of four functions. All is counted by the references
//! in `State`, which says who may touch what:
//!
//! - the future: the M that has set `RUNNING`;
//! - the output: the M that has finished, until `COMPLETE`; then the handle;
//! - the handle's waker: see the state.
//!
//! `unsafe` is allowed for this hand-made `dyn`: each block has its fact, all of which are the above.

mod cell;
mod join;
mod state;

pub(crate) use cell::{Header, Links, TaskPointer, allocate};
pub use join::{JoinError, JoinHandle, Panic};

use std::fmt;
use std::panic::Location;

/// The number of a task: from 1, in the order of spawning (in one runtime, and roughly, since each P
/// takes a few in advance).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaskId(pub u64);

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// In which of Go's states a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// In a queue: `_Grunnable`.
    Runnable,
    /// Being polled: `_Grunning`.
    Running,
    /// Until somebody wakes it: `_Gwaiting`.
    Waiting,
    /// Its future is gone: `_Gdead`.
    Dead,
}

/// For what a task waits, if it has said so with [`waiting_for`](super::waiting_for).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitReason {
    /// As Go words it: "chan receive", "sleep", "IO wait".
    pub what: &'static str,
    /// Where in the program.
    pub place: &'static Location<'static>,
}

/// The same in two words, each of which an atomic can carry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reason {
    pub(crate) what: &'static &'static str,
    pub(crate) place: &'static Location<'static>,
}

/// What can be told of a task from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskInfo {
    /// Its number.
    pub id: TaskId,
    /// The name that it was given.
    pub name: Option<String>,
    /// At that moment.
    pub phase: Phase,
    /// Where `spawn` was called.
    pub spawned_at: &'static Location<'static>,
    /// When it waits, and has said for what.
    pub waiting_for: Option<WaitReason>,
}

impl fmt::Display for TaskInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {}", self.id)?;
        if let Some(name) = &self.name {
            write!(f, " {name:?}")?;
        }
        match (self.phase, self.waiting_for) {
            (Phase::Waiting, Some(reason)) => {
                write!(f, " [{}]: waits at {}", reason.what, reason.place)?;
            }
            (Phase::Waiting, None) => f.write_str(" [waiting]")?,
            (Phase::Runnable, _) => f.write_str(" [runnable]")?,
            (Phase::Running, _) => f.write_str(" [running]")?,
            (Phase::Dead, _) => f.write_str(" [dead]")?,
        }
        write!(f, ", spawned at {}", self.spawned_at)
    }
}
