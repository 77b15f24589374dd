//! Which step failed, and why.

use std::ffi::OsString;
use std::fmt;
use std::os::fd::RawFd;

use nix::errno::Errno;

/// A child that was not started. Nothing of it is left.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot start {}: {step}{}", .program.display(), .errno.desc())]
pub struct SpawnError {
    /// What could not be done.
    pub step: Step,
    /// What the kernel said. `ENOEXEC` at [`Step::Exec`] is a file that may be executed and has no
    /// format that the kernel knows: for a shell, a script without `#!`.
    pub errno: Errno,
    /// The program that was to run.
    pub program: OsString,
}

/// What is done to start a child, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Laying out arguments and environment: one has a NUL inside.
    Arguments,
    /// Making the process.
    Create,
    /// A session of its own: `setsid(2)`.
    Session,
    /// The controlling terminal: `TIOCSCTTY`.
    ControllingTerminal,
    /// The process group: `setpgid(2)`.
    Group,
    /// The terminal's foreground group: `tcsetpgrp(3)`.
    Foreground,
    /// A resource limit: `setrlimit(2)`.
    Limit,
    /// The working directory: `chdir(2)`.
    Directory,
    /// The descriptor that was to get this number: `dup2(2)`.
    Descriptor(RawFd),
    /// What signals do: `sigaction(2)`, `sigprocmask(2)`.
    Signals,
    /// The program itself: `execve(2)`.
    Exec,
}

/// With the colon that joins it to a reason. [`Step::Exec`] is what the caller asked for and needs no
/// word.
impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(match self {
            Self::Arguments => "arguments: ",
            Self::Create => "new process: ",
            Self::Session => "session: ",
            Self::ControllingTerminal => "controlling terminal: ",
            Self::Group => "process group: ",
            Self::Foreground => "foreground: ",
            Self::Limit => "resource limit: ",
            Self::Directory => "working directory: ",
            Self::Descriptor(number) => return write!(formatter, "descriptor {number}: "),
            Self::Signals => "signals: ",
            Self::Exec => "",
        })
    }
}

/// What the child tells its parent before it ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Failure {
    pub(super) step: Step,
    pub(super) errno: Errno,
}

impl Failure {
    /// The last system call of this thread failed.
    pub(super) fn last(step: Step) -> Self {
        let errno = Errno::last();
        Self { step, errno }
    }
}
