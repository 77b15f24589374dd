//! A child that was started, until it is waited for.
//!
//! Sound: `waitpid` is given a pid of our own child that nobody has waited for, and room for a status.
#![allow(unsafe_code)]

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::exit::Status;

/// A child. Dropping it neither ends nor waits for it: one that nobody waits for becomes a zombie
/// until the caller ends.
#[derive(Debug)]
pub struct Child {
    pid: Pid,
    pidfd: Option<OwnedFd>,
    /// How it ended. From then on the pid may belong to somebody else, and is not used again.
    ended: Option<Status>,
}

impl Child {
    pub(super) fn new(pid: Pid, pidfd: Option<OwnedFd>) -> Self {
        Self {
            pid,
            pidfd,
            ended: None,
        }
    }

    /// Its process id.
    pub fn id(&self) -> Pid {
        self.pid
    }

    /// A descriptor for the process, if [`Spawn::pidfd`](super::Spawn::pidfd) asked for it: readable
    /// when the child has ended.
    pub fn pidfd(&self) -> Option<BorrowedFd<'_>> {
        self.pidfd.as_ref().map(AsFd::as_fd)
    }

    /// Waits until it has ended. Gives the same answer again when asked again.
    ///
    /// # Errors
    ///
    /// `ECHILD` when somebody else waited for it, or when the caller ignores `SIGCHLD`.
    pub fn wait(&mut self) -> nix::Result<Status> {
        self.change(0).map(|status| status.expect("it has ended"))
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    ///
    /// As [`Child::wait`].
    pub fn try_wait(&mut self) -> nix::Result<Option<Status>> {
        self.change(libc::WNOHANG)
    }

    /// Waits until it ends, is stopped, or goes on.
    ///
    /// # Errors
    ///
    /// As [`Child::wait`].
    pub fn wait_untraced(&mut self) -> nix::Result<Status> {
        let status = self.change(libc::WUNTRACED | libc::WCONTINUED)?;
        Ok(status.expect("something changed"))
    }

    /// As [`Child::wait_untraced`], without waiting.
    ///
    /// # Errors
    ///
    /// As [`Child::wait`].
    pub fn try_wait_untraced(&mut self) -> nix::Result<Option<Status>> {
        self.change(libc::WUNTRACED | libc::WCONTINUED | libc::WNOHANG)
    }

    /// Sends it a signal.
    ///
    /// # Errors
    ///
    /// `ESRCH` when it has been waited for: the pid may be somebody else's by now.
    pub fn signal(&self, signal: Signal) -> nix::Result<()> {
        if self.ended.is_some() {
            return Err(Errno::ESRCH);
        }
        kill(self.pid, signal)
    }

    fn change(&mut self, options: c_int) -> nix::Result<Option<Status>> {
        if self.ended.is_some() {
            return Ok(self.ended);
        }
        let Some(status) = wait_for(self.pid, options)? else {
            return Ok(None);
        };
        if matches!(status, Status::Exited(_) | Status::Signaled { .. }) {
            self.ended = Some(status);
        }
        Ok(Some(status))
    }
}

/// `waitpid(2)`, begun again when a signal handler ran; nothing when nothing changed.
pub(super) fn wait_for(pid: Pid, options: c_int) -> nix::Result<Option<Status>> {
    loop {
        let mut raw = 0;
        // SAFETY: `raw` has room for a status.
        let answer = unsafe { libc::waitpid(pid.as_raw(), &mut raw, options) };
        match Errno::result(answer) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(Status::from_raw(raw))),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}
