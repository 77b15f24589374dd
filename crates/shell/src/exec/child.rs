//! Making copies of this process, ending them, and hearing what became of them.
//!
//! # Soundness
//!
//! `fork` is dangerous in a process with several threads, whose locks the copy would find locked for
//! ever. The shell has one thread. `waitpid` writes one integer to the place that is given for it.
#![allow(unsafe_code)]

use nix::errno::Errno;
use nix::libc;
use nix::unistd::{ForkResult, Pid, fork};

use crate::jobs::State;

/// Makes a copy of the process: its number here, nothing in the copy.
pub(crate) fn copy() -> Result<Option<Pid>, Errno> {
    // SAFETY: there is one thread, so that the copy may go on as if it were the original.
    let copied = unsafe { fork() }?;
    Ok(match copied {
        ForkResult::Parent { child } => Some(child),
        ForkResult::Child => None,
    })
}

/// Ends this process at once: a copy must not do at its end what the original will do.
pub(crate) fn end(status: i32) -> ! {
    // SAFETY: _exit takes a number and does not come back.
    unsafe { libc::_exit(status) }
}

/// Whether to wait for something to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    Wait,
    Look,
}

/// What has become of any child; nothing when nothing has happened. A child that was stopped counts
/// when `stops` says so. `ECHILD` when there are none, `EINTR` when a caught signal came.
pub(crate) fn news(patience: Patience, stops: bool) -> Result<Option<(Pid, State)>, Errno> {
    let mut options = if stops {
        libc::WUNTRACED | libc::WCONTINUED
    } else {
        0
    };
    if patience == Patience::Look {
        options |= libc::WNOHANG;
    }
    let mut status = 0;
    // SAFETY: `status` lives across the call.
    let pid = unsafe { libc::waitpid(-1, &raw mut status, options) };
    match Errno::result(pid)? {
        0 => Ok(None),
        pid => Ok(Some((Pid::from_raw(pid), state(status)))),
    }
}

fn state(status: i32) -> State {
    if libc::WIFSTOPPED(status) {
        State::Stopped(libc::WSTOPSIG(status))
    } else if libc::WIFSIGNALED(status) {
        State::Killed(libc::WTERMSIG(status))
    } else if libc::WIFCONTINUED(status) {
        State::Running
    } else {
        State::Exited(libc::WEXITSTATUS(status))
    }
}
