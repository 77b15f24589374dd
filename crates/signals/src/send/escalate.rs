//! Ask, wait, force.

use std::time::{Duration, Instant};

use nix::unistd::Pid;

use super::{Process, SendError};
use crate::signal::Signal;

/// How a process was brought to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The last signal that was sent before it ended: `TERM` if asking was enough, or `KILL`.
    pub by: Signal,
    /// From the first signal to the end.
    pub after: Duration,
}

/// Sends `TERM`, waits for `grace`, sends `KILL` if that was not enough, and waits for the end.
///
/// A stopped process cannot act on a `TERM`, so it is sent a `CONT` as well. It need not be a child of
/// ours; a child still has to be waited for. This is what `docker stop` and Kubernetes do.
///
/// # Errors
///
/// As [`Process::open`] and [`Process::send`].
///
/// ```
/// use std::process::Command;
/// use std::time::Duration;
/// use nix::unistd::Pid;
/// use signals::send::terminate_then_kill;
/// use signals::signal::Signal;
///
/// let mut child = Command::new("sleep").arg("60").spawn()?;
/// let ended = terminate_then_kill(Pid::from_raw(child.id() as i32), Duration::from_secs(10))?;
/// assert_eq!(ended.by, Signal::TERM);
/// child.wait()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn terminate_then_kill(pid: Pid, grace: Duration) -> Result<Ended, SendError> {
    Process::open(pid)?.escalate(Signal::TERM, grace)
}

impl Process {
    /// As [`terminate_then_kill`], with another signal to ask with.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn escalate(&self, first: Signal, grace: Duration) -> Result<Ended, SendError> {
        let start = Instant::now();
        let ended = |by| Ended {
            by,
            after: start.elapsed(),
        };
        self.send_unless_ended(first)?;
        self.send_unless_ended(Signal::CONT)?;
        if self.wait_ended(Some(grace))? {
            return Ok(ended(first));
        }
        self.send_unless_ended(Signal::KILL)?;
        self.wait_ended(None)?;
        Ok(ended(Signal::KILL))
    }

    /// The end may come between any two of our calls, and is what we want.
    fn send_unless_ended(&self, signal: Signal) -> Result<(), SendError> {
        match self.send(signal) {
            Err(SendError::NoSuchProcess(_)) => Ok(()),
            sent => sent,
        }
    }
}
