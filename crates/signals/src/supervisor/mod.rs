//! Children kept alive, told, and collected.
//!
//! A program that looks after others waits for three things at once: a child that ends, a signal from
//! outside, and the clock. [`Supervisor::next`] is the one place where it waits, and gives them one by
//! one. Signals are blocked and read from a descriptor, so none is missed between two waits, and no
//! handler runs in the middle of anything.
//!
//! Only children that it started itself are waited for, each by its number: a library of the same
//! program that has children of its own keeps them. Until a child is collected its number belongs to
//! nobody else, so a signal to a child that is in the table can hit no stranger.
//!
//! [`Launch`] starts a program with open descriptors at numbers that are agreed on, which `std`'s
//! `Command` cannot.

mod arrivals;
mod launch;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use arrivals::Arrivals;

pub use launch::{Launch, Passed};

/// What a wait ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening {
    /// A signal from outside. Two of a kind that arrive before they are read are one.
    Told(Signal),
    /// A child has ended and is collected; its number means nothing any more.
    Ended {
        /// Which.
        pid: Pid,
        /// How.
        status: ExitStatus,
    },
    /// The deadline is here, and nothing else was.
    Deadline,
}

/// How a child ended that was asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped {
    /// What it ended with.
    pub status: ExitStatus,
    /// It did not end when it was asked, and was killed.
    pub killed: bool,
}

/// Children, and one queue of all that happens to them and to us.
///
/// What the queue holds has happened: the children in it are collected and not in the table.
#[derive(Debug)]
pub struct Supervisor {
    arrivals: Arrivals,
    children: BTreeMap<Pid, Child>,
    happenings: VecDeque<Happening>,
}

impl Supervisor {
    /// A supervisor that is told by `signals`. They and SIGCHLD are blocked in this thread from now on,
    /// and in all threads that it starts: call it before there are others, which would still be ended by
    /// them. Children that a [`Launch`] starts have
    /// nothing blocked; those of a bare `Command` inherit the block.
    ///
    /// # Errors
    ///
    /// The system has no descriptor left.
    pub fn new(signals: &[Signal]) -> io::Result<Self> {
        Ok(Supervisor {
            arrivals: Arrivals::new(signals)?,
            children: BTreeMap::new(),
            happenings: VecDeque::new(),
        })
    }

    /// Starts a child.
    ///
    /// # Errors
    ///
    /// Those of [`Command::spawn`]: no such program, no process to be had.
    pub fn spawn(&mut self, command: &mut Command) -> io::Result<Pid> {
        let child = command.spawn()?;
        let pid = pid_of(&child);
        self.children.insert(pid, child);
        Ok(pid)
    }

    /// The children that are not collected yet.
    pub fn children(&self) -> impl Iterator<Item = Pid> {
        self.children.keys().copied()
    }

    /// Sends `signal` to a child; false if `pid` is not a child that is there. One that has ended and
    /// is not collected takes any signal and does nothing.
    ///
    /// # Errors
    ///
    /// The child has another user by now (`EPERM`).
    #[doc(alias = "kill")]
    pub fn tell(&self, pid: Pid, signal: Signal) -> io::Result<bool> {
        if !self.children.contains_key(&pid) {
            return Ok(false);
        }
        kill(pid, signal)?;
        Ok(true)
    }

    /// Waits for the next thing to happen, at most until `deadline`; without one, for as long as it takes.
    /// What has happened comes before a deadline that has passed.
    ///
    /// # Errors
    ///
    /// Those of waiting, none of which is expected.
    pub fn next(&mut self, deadline: Option<Instant>) -> io::Result<Happening> {
        loop {
            if let Some(happening) = self.happenings.pop_front() {
                return Ok(happening);
            }
            match self.arrivals.next(deadline)? {
                // One SIGCHLD may stand for many children.
                Some(Signal::SIGCHLD) => self.collect()?,
                Some(signal) => return Ok(Happening::Told(signal)),
                None => return Ok(Happening::Deadline),
            }
        }
    }

    /// Asks a child with SIGTERM to end, and kills it if it has not after `patience`. What else happens
    /// meanwhile is kept for [`next`](Self::next).
    ///
    /// # Errors
    ///
    /// `pid` is no child of this supervisor; a failing wait.
    #[doc(alias = "SIGKILL")]
    pub fn stop(&mut self, pid: Pid, patience: Duration) -> io::Result<Stopped> {
        if !self.tell(pid, Signal::SIGTERM)? {
            return Err(io::Error::from(nix::errno::Errno::ECHILD));
        }
        let mut deadline = Some(Instant::now() + patience);
        let mut meanwhile = VecDeque::new();
        let mut killed = false;
        let status = loop {
            match self.next(deadline)? {
                Happening::Ended { pid: ended, status } if ended == pid => break status,
                Happening::Deadline => {
                    killed = self.tell(pid, Signal::SIGKILL)?;
                    deadline = None;
                }
                other => meanwhile.push_back(other),
            }
        };
        meanwhile.append(&mut self.happenings);
        self.happenings = meanwhile;
        Ok(Stopped { status, killed })
    }

    fn collect(&mut self) -> io::Result<()> {
        let mut ended = Vec::new();
        for (&pid, child) in &mut self.children {
            if let Some(status) = child.try_wait()? {
                ended.push(Happening::Ended { pid, status });
            }
        }
        for happening in &ended {
            if let Happening::Ended { pid, .. } = happening {
                self.children.remove(pid);
            }
        }
        self.happenings.extend(ended);
        Ok(())
    }
}

fn pid_of(child: &Child) -> Pid {
    Pid::from_raw(i32::try_from(child.id()).expect("process numbers fit in pid_t"))
}
