//! What the tracer knows of each task and each process.

use std::time::{Duration, Instant};

use super::breakpoint::Breakpoint;
use crate::decode::Decoding;
use crate::event::{Frame, Pid};

/// A thread, or the only thread of a process.
#[derive(Debug)]
pub(super) struct Task {
    /// The process (thread group).
    pub(super) pid: Pid,
    pub(super) stage: Stage,
    /// Followed only because the seccomp filter that it inherited needs a tracer; nothing is told.
    pub(super) hidden: bool,
    /// The call it is in, if that is to be told.
    pub(super) call: Option<OpenCall>,
    /// It is in a call about processors; see [`super::processor`].
    pub(super) asks_processors: bool,
    /// The call that a signal interrupted last, for `restart_syscall`.
    pub(super) interrupted: Option<&'static str>,
}

/// How far a task has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Ours, before the execve of the program: what it does is not the program's doing.
    Launching,
    /// Its first stop is still to come.
    New,
    /// Being traced.
    Traced,
}

/// A call between entry and exit.
#[derive(Debug)]
pub(super) struct OpenCall {
    pub(super) decoding: Decoding,
    /// Since 1970.
    pub(super) time: Duration,
    pub(super) entered: Instant,
    pub(super) stack: Vec<Frame>,
}

/// What the tasks of a process share.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Process {
    /// How many of its tasks are known.
    pub(super) tasks: usize,
    /// It has not come to its `main`, before which nothing is to be told.
    pub(super) before_main: bool,
    /// Planted at `main`, and not hit so far.
    pub(super) breakpoint: Option<Breakpoint>,
}

impl Task {
    pub(super) fn new(pid: Pid, stage: Stage) -> Self {
        Self {
            pid,
            stage,
            hidden: false,
            call: None,
            asks_processors: false,
            interrupted: None,
        }
    }
}
