//! To a process, a group, a name; with a value; TERM first, KILL later.
//!
//! `kill(2)` takes two numbers, and the first one has more meanings than its name says:
//!
//! | pid | goes to |
//! |---|---|
//! | above 0 | that process |
//! | 0 | all of the caller's own process group |
//! | -1 | everything that one may send to |
//! | below -1 | the process group of that number |
//!
//! A slip with the sign is an unpleasant one, so here each meaning has a function: [`to_process`] takes
//! positive numbers only, [`to_group`] is for groups, and the third row has none.
//!
//! # A pid is a name that is given again
//!
//! Between finding out that process 4711 is the one and sending to 4711, it can end, be waited for,
//! and its number given to another. Only a parent is safe from that: its child's number is kept until
//! the parent has waited. For all others Linux has *pidfds*, descriptors that mean one process and
//! never another; [`Process`] holds one.
//!
//! Sound: `kill`, `sigqueue` and `pthread_kill` take numbers. The one number that could be wrong is
//! a `pthread_t`, and it comes from a `JoinHandle` that is borrowed meanwhile.
#![allow(unsafe_code)]

mod escalate;
mod find;
mod process;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;

use std::fmt;
use std::io;
use std::os::unix::thread::JoinHandleExt;
use std::str::FromStr;
use std::thread::JoinHandle;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::{Pid, getpid};

pub use escalate::{Ended, terminate_then_kill};
pub use find::{Match, command_name, find};
pub use process::Process;

use crate::signal::{ParseSignalError, Signal};

/// A signal was not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Nobody has that number, not even a zombie.
    #[error("{0}: no such process")]
    NoSuchProcess(Target),
    /// It belongs to another user. With a group: none of it may be sent to.
    #[error("{0}: not permitted")]
    NotPermitted(Target),
    /// A process and a group have a number above 0.
    #[error("{0} is not a number of a process or group")]
    NotANumber(i32),
    /// The receiver has as many queued as `RLIMIT_SIGPENDING` allows.
    #[error("{0}: too many signals are queued")]
    QueueFull(Target),
    /// The system does not have it.
    #[error("{0} is not there on this system")]
    Unsupported(&'static str),
    /// What else the system said.
    #[error("{target}: {source}")]
    Failed {
        /// Whom it was meant for.
        target: Target,
        /// What the system said.
        source: io::Error,
    },
}

/// Who is meant by a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// One process.
    Process(Pid),
    /// All of a process group.
    Group(Pid),
}

/// What may be sent: a signal, or the question that is number 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Number 0: checks that there is somebody and that one may send; nothing is sent.
    Ask,
    /// A signal.
    Signal(Signal),
}

/// Sends `message` to one process. It can be delivered after this returns; only to itself, with the
/// signal not blocked in any other thread, a process gets it before.
///
/// # Errors
///
/// [`SendError`]; [`SendError::NotANumber`] unless `pid` is above 0.
#[doc(alias = "kill")]
pub fn to_process(pid: Pid, message: impl Into<Message>) -> Result<(), SendError> {
    to(Target::Process(pid), message.into())
}

/// Sends `message` to every process of a group; to some, if not all may be sent to.
///
/// # Errors
///
/// As [`to_process`].
#[doc(alias = "killpg")]
pub fn to_group(group: Pid, message: impl Into<Message>) -> Result<(), SendError> {
    to(Target::Group(group), message.into())
}

/// Whether there is a process of this number; a zombie is one. May be out of date when this returns.
pub fn exists(pid: Pid) -> bool {
    matches!(
        to_process(pid, Message::Ask),
        Ok(()) | Err(SendError::NotPermitted(_))
    )
}

/// Sends `signal` to the calling *thread*; its handler has run when this returns, unless the thread
/// has it blocked.
///
/// # Errors
///
/// [`SendError::Failed`].
pub fn raise(signal: Signal) -> Result<(), SendError> {
    // SAFETY: a thread may ask for its own number at any time.
    let this_thread = unsafe { libc::pthread_self() };
    to_pthread(this_thread, signal)
}

/// Sends `signal` to one thread of this process. The disposition is the process's all the same: a
/// default action ends or stops all threads.
///
/// # Errors
///
/// [`SendError::Failed`]; that the thread has ended is none.
#[doc(alias = "pthread_kill")]
pub fn to_thread<T>(thread: &JoinHandle<T>, signal: Signal) -> Result<(), SendError> {
    to_pthread(thread.as_pthread_t(), signal)
}

/// Sends `signal` with a number beside it, which [`Received::value`](crate::signal::Received::value) shows.
/// Real-time signals queue up; a standard one that is pending already is dropped, value and all.
///
/// # Errors
///
/// As [`to_process`], [`SendError::QueueFull`], and [`SendError::Unsupported`] on macOS.
#[doc(alias = "sigqueue")]
pub fn queue(pid: Pid, signal: Signal, value: i32) -> Result<(), SendError> {
    let target = Target::Process(pid);
    target.check()?;
    system::queue(pid, signal, value).map_err(|error| SendError::new(target, error))
}

fn to(target: Target, message: Message) -> Result<(), SendError> {
    let pid = target.check()?;
    // SAFETY: two numbers.
    let result = unsafe { libc::kill(pid, message.number()) };
    Errno::result(result)
        .map(drop)
        .map_err(|error| SendError::new(target, error))
}

fn to_pthread(thread: libc::pthread_t, signal: Signal) -> Result<(), SendError> {
    // SAFETY: the thread is ourselves or has a JoinHandle that is borrowed, so it has been neither joined
    // nor detached and its number is still its own.
    match unsafe { libc::pthread_kill(thread, signal.number()) } {
        0 | libc::ESRCH => Ok(()),
        error => Err(SendError::new(
            Target::Process(getpid()),
            Errno::from_raw(error),
        )),
    }
}

impl Target {
    /// The first argument of `kill(2)`.
    fn check(self) -> Result<libc::pid_t, SendError> {
        match self {
            Self::Process(pid) if pid.as_raw() > 0 => Ok(pid.as_raw()),
            // Group 1 would be -1: everybody.
            Self::Group(group) if group.as_raw() > 1 => Ok(-group.as_raw()),
            Self::Process(number) | Self::Group(number) => {
                Err(SendError::NotANumber(number.as_raw()))
            }
        }
    }
}

impl SendError {
    fn new(target: Target, error: Errno) -> Self {
        match error {
            Errno::ESRCH => Self::NoSuchProcess(target),
            Errno::EPERM => Self::NotPermitted(target),
            Errno::EAGAIN => Self::QueueFull(target),
            Errno::ENOTSUP => Self::Unsupported("sending a value with a signal"),
            error => Self::Failed {
                target,
                source: error.into(),
            },
        }
    }
}

impl Message {
    /// 0 or the signal's number.
    pub fn number(self) -> i32 {
        match self {
            Self::Ask => 0,
            Self::Signal(signal) => signal.number(),
        }
    }
}

impl From<Signal> for Message {
    fn from(signal: Signal) -> Self {
        Self::Signal(signal)
    }
}

/// What [`Signal`] reads, and `0` and `EXIT` for the question.
impl FromStr for Message {
    type Err = ParseSignalError;

    fn from_str(word: &str) -> Result<Self, ParseSignalError> {
        if word == "0" || word.eq_ignore_ascii_case("EXIT") {
            return Ok(Self::Ask);
        }
        word.parse().map(Self::Signal)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ask => f.pad("0"),
            Self::Signal(signal) => signal.fmt(f),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(pid) => write!(f, "process {pid}"),
            Self::Group(group) => write!(f, "group {group}"),
        }
    }
}
