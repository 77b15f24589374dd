//! A command with a limit: GNU's `timeout`.
//!
//! One process runs a command, and sends it a signal when it takes too long. What makes it more than ten
//! lines is everything around that:
//!
//! - the command may have children, and they are to be told as well: the process becomes the leader of a
//!   *process group*, the command is in it, and the signal goes to the group;
//! - a stopped process does not act on a `TERM`, so a `CONT` follows;
//! - the process may be told to end itself, and passes that on;
//! - the command may ignore the signal: a second limit, and `KILL`;
//! - the status has to say which of all that it was ([`Outcome::code`]).
//!
//! The behaviour and the statuses are those of `timeout(1)` of GNU coreutils.

mod duration;

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use nix::libc;
use nix::unistd::{Pid, getpgrp, getpid, setpgid};

pub use duration::{ParseDurationError, parse_duration};

use crate::action::query;
use crate::send::{to_group, to_process};
use crate::signal::{Received, Signal};
use crate::source::{Signals, SourceError};

/// How long, and what then.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// When [`signal`](Self::signal) is sent; `None` for no limit.
    pub after: Option<Duration>,
    /// What is sent.
    pub signal: Signal,
    /// So long after the first signal, whoever sent it, `KILL` is sent.
    pub kill_after: Option<Duration>,
    /// Stay in the process group of the caller: the command can read from the terminal and gets its
    /// ctrl-C, but its own children are not told.
    pub foreground: bool,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The command's own status.
    pub status: ExitStatus,
    /// Whether the limit was reached.
    pub timed_out: bool,
    /// The last signal that was sent to it.
    pub sent: Option<Signal>,
}

/// The command was not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum TimeoutError {
    /// The command did not start.
    #[error("{0}")]
    Spawn(io::Error),
    /// The signals could not be caught.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The wait failed.
    #[error("cannot wait: {0}")]
    Wait(io::Error),
}

impl Limit {
    /// `TERM` after so long, and nothing more.
    pub fn new(after: Duration) -> Self {
        Self {
            after: Some(after),
            signal: Signal::TERM,
            kill_after: None,
            foreground: false,
        }
    }
}

impl Outcome {
    /// The status in the way of `timeout(1)`: 124 when the limit was reached, unless `preserve_status`; 137
    /// (128 + 9) when it came to `KILL`; otherwise the command's own, a signal as 128 and its number.
    pub fn code(&self, preserve_status: bool) -> i32 {
        let killed = self.sent == Some(Signal::KILL) && self.status.signal().is_some();
        if self.timed_out && !preserve_status && !killed {
            return 124;
        }
        let by_signal = self.status.signal().map(|number| 128 + number);
        self.status.code().or(by_signal).unwrap_or(1)
    }
}

/// Runs `command` to its end, or to the end of its time. `told` is called before each signal that is
/// sent.
///
/// For a program that has nothing else to do: unless `limit` is for the foreground, the *calling process*
/// becomes the leader of a process group and stays it, and everything in the group gets the signals. A `KILL`
/// then ends the caller too, whose status is 137 by that.
///
/// # Errors
///
/// [`TimeoutError`].
pub fn run(
    command: &mut Command,
    limit: &Limit,
    told: impl FnMut(Signal),
) -> Result<Outcome, TimeoutError> {
    if !limit.foreground {
        // A session's leader may not, and need not: it leads its group already.
        let _ = setpgid(Pid::from_raw(0), Pid::from_raw(0));
    }
    let mut source = Signals::new(to_pass_on(limit))?;
    let child = command.spawn().map_err(TimeoutError::Spawn)?;
    let mut run = Run {
        child,
        foreground: limit.foreground,
        signal: limit.signal,
        deadline: limit.after.and_then(from_now),
        kill_after: limit.kill_after,
        timed_out: false,
        sent: None,
        told,
    };
    run.finish(&mut source).map_err(TimeoutError::Wait)
}

/// Signals that end a program, when somebody sends them to us. One that we were started with ignored, as by
/// nohup, stays ignored: the command inherits that.
fn to_pass_on(limit: &Limit) -> impl Iterator<Item = Signal> {
    let ends = [
        Signal::ALRM,
        Signal::INT,
        Signal::QUIT,
        Signal::HUP,
        Signal::TERM,
        limit.signal,
    ];
    let wanted = ends
        .into_iter()
        .filter(|signal| signal.can_be_caught() && !signal.is_fault())
        .filter(|signal| !query(*signal).is_ok_and(|disposition| disposition.is_ignore()));
    wanted.chain([Signal::CHLD])
}

struct Run<F> {
    child: Child,
    foreground: bool,
    /// What the deadline sends; `KILL` once anything was sent and there is a second limit.
    signal: Signal,
    deadline: Option<Instant>,
    /// Taken when the first signal is sent.
    kill_after: Option<Duration>,
    timed_out: bool,
    sent: Option<Signal>,
    told: F,
}

impl<F: FnMut(Signal)> Run<F> {
    fn finish(&mut self, source: &mut Signals) -> io::Result<Outcome> {
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Outcome {
                    status,
                    timed_out: self.timed_out,
                    sent: self.sent,
                });
            }
            let left = |end: Instant| end.saturating_duration_since(Instant::now());
            let batch = source.batch(self.deadline.map(left))?;
            batch.iter().for_each(|received| self.pass_on(received));
            if self.deadline.is_some_and(|end| left(end).is_zero()) {
                self.time_is_up();
            }
        }
    }

    fn pass_on(&mut self, received: &Received) {
        // Our own come back to us, since we are in the group.
        let ours = received.pid == Some(getpid());
        match received.signal {
            Signal::CHLD => {}
            _ if ours => {}
            Signal::ALRM => self.time_is_up(),
            signal => self.send(signal),
        }
    }

    fn time_is_up(&mut self) {
        self.timed_out = true;
        self.deadline = None;
        self.send(self.signal);
    }

    fn send(&mut self, signal: Signal) {
        if let Some(grace) = self.kill_after.take() {
            self.signal = Signal::KILL;
            self.deadline = from_now(grace);
        }
        self.sent = Some(signal);
        (self.told)(signal);
        self.send_to_all(signal);
        if !self.foreground && !matches!(signal, Signal::KILL | Signal::CONT) {
            self.send_to_all(Signal::CONT);
        }
    }

    /// It may have ended in this instant; then its number is still its own, for we have not waited.
    fn send_to_all(&self, signal: Signal) {
        let child = Pid::from_raw(self.child.id() as libc::pid_t);
        let _ = to_process(child, signal);
        if !self.foreground {
            let _ = to_group(getpgrp(), signal);
        }
    }
}

/// `None`, for no deadline, when it is too far off for the clock.
fn from_now(limit: Duration) -> Option<Instant> {
    Instant::now().checked_add(limit)
}
