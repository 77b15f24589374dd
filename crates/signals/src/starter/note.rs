//! What the user is told, line by line.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use nix::unistd::Pid;

/// One line of the starter's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A socket listens: its name, and the number that the workers find it at.
    Listening(String, i32),
    /// A socket file was there that nobody answers at.
    StalePath(String),
    /// The pid file names a supervisor that is gone.
    StalePid(Pid),
    /// A worker of a supervisor that is gone still lives and is told to end.
    Orphan(Pid, u64),
    /// That worker has ended.
    OrphanGone(Pid),
    /// A worker has begun.
    Started {
        /// Which.
        pid: Pid,
        /// Its generation.
        generation: u64,
    },
    /// The program cannot be run.
    CannotStart(String),
    /// A worker ended on probation.
    Failed {
        /// Which.
        pid: Pid,
        /// How.
        status: ExitStatus,
    },
    /// The serving worker ended and nobody had asked it to.
    Unexpected {
        /// Which.
        pid: Pid,
        /// How.
        status: ExitStatus,
    },
    /// A worker ended as it was to.
    Ended {
        /// Which.
        pid: Pid,
        /// How.
        status: ExitStatus,
    },
    /// A worker has passed its probation.
    Ready {
        /// Which.
        pid: Pid,
        /// Its generation.
        generation: u64,
    },
    /// Old workers are let be for so long.
    Delay(Duration),
    /// These are told to end, a new one serves.
    Replaced(Vec<Pid>),
    /// A new generation was asked for.
    Hup,
    /// Its time has come.
    AutoRestart {
        /// Old workers are still there after twice the time.
        forced: bool,
    },
    /// All are told to end.
    Leaving(Vec<Pid>),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::Listening(name, number) => {
                write!(f, "listening on {name} as descriptor {number}")
            }
            Note::StalePath(path) => write!(f, "removed {path}: nobody answers at this socket"),
            Note::StalePid(pid) => write!(f, "the supervisor {pid} of the pid file is gone"),
            Note::Orphan(pid, generation) => write!(
                f,
                "worker {pid} of generation {generation} outlived its supervisor and is told to end"
            ),
            Note::OrphanGone(pid) => write!(f, "worker {pid} has ended"),
            Note::Started { pid, generation } => {
                write!(f, "worker {pid} started, generation {generation}")
            }
            Note::CannotStart(why) => write!(f, "cannot start a worker: {why}"),
            Note::Failed { pid, status } => {
                write!(
                    f,
                    "new worker {pid} did not stay up ({status}), trying again"
                )
            }
            Note::Unexpected { pid, status } => {
                write!(
                    f,
                    "worker {pid} died unexpectedly ({status}), starting another"
                )
            }
            Note::Ended { pid, status } => write!(f, "worker {pid} ended ({status})"),
            Note::Ready { pid, generation } => {
                write!(f, "worker {pid} serves, generation {generation}")
            }
            Note::Delay(delay) => write!(f, "old workers go on for {delay:?}"),
            Note::Replaced(pids) => write!(f, "telling old workers to end: {}", List(pids)),
            Note::Hup => f.write_str("received HUP, a new generation is due"),
            Note::AutoRestart { forced: false } => f.write_str("time for a new generation"),
            Note::AutoRestart { forced: true } => {
                f.write_str("high time for a new generation, though old workers are still there")
            }
            Note::Leaving(pids) => write!(f, "ending, all workers are told: {}", List(pids)),
        }
    }
}

struct List<'a>(&'a [Pid]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(Pid::to_string).collect();
        f.write_str(match words.is_empty() {
            true => "none",
            false => return f.write_str(&words.join(", ")),
        })
    }
}
