//! How a process ended: a status as a type.
//!
//! `wait(2)` gives one number, in which three kinds of news are packed: the eight low bits of what
//! the program passed to `exit`, or the number of the signal that killed it (and whether its memory
//! was written to a core file), or that it was stopped or goes on. The numbers that a shell shows
//! (`$?`) are one step further: 128 and the signal's number for what was killed, so that there a
//! program that ended with 137 looks like one that was killed by signal 9. [`Status`] keeps them
//! apart.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

use nix::libc::{self, c_int};
use nix::sys::signal::Signal;

/// What `wait(2)` said about a child.
///
/// ```
/// use process::exit::Status;
///
/// let shell = |script| std::process::Command::new("sh").args(["-c", script]).status();
/// // Of 259 the low eight bits arrive.
/// assert_eq!(Status::from(shell("exit 259")?), Status::Exited(3));
/// let killed = Status::from(shell("kill -KILL $$")?);
/// assert_eq!(killed, Status::Signaled { signal: 9, core_dumped: false });
/// assert_eq!((killed.code(), killed.shell_code()), (None, 137));
/// assert_eq!(killed.to_string(), "killed by SIGKILL");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It called `exit`, or returned from `main`: 0 to 255.
    Exited(i32),
    /// A signal killed it.
    Signaled {
        /// Which.
        signal: i32,
        /// Whether the kernel wrote its memory to a core file, or piped it to a collector.
        core_dumped: bool,
    },
    /// It is stopped by this signal and can go on; told to those who ask with `WUNTRACED`.
    Stopped(i32),
    /// It goes on after a stop; told to those who ask with `WCONTINUED`.
    Continued,
}

impl Status {
    /// Takes apart what `wait(2)` stored.
    #[doc(alias = "WIFEXITED")]
    #[doc(alias = "WTERMSIG")]
    pub fn from_raw(raw: c_int) -> Status {
        if libc::WIFCONTINUED(raw) {
            Status::Continued
        } else if libc::WIFSTOPPED(raw) {
            Status::Stopped(libc::WSTOPSIG(raw))
        } else if libc::WIFEXITED(raw) {
            Status::Exited(libc::WEXITSTATUS(raw))
        } else {
            Status::Signaled {
                signal: libc::WTERMSIG(raw),
                core_dumped: libc::WCOREDUMP(raw),
            }
        }
    }

    /// What the program said, if it ended by itself.
    pub fn code(self) -> Option<i32> {
        match self {
            Status::Exited(code) => Some(code),
            _ => None,
        }
    }

    /// The signal that killed it.
    pub fn signal(self) -> Option<i32> {
        match self {
            Status::Signaled { signal, .. } => Some(signal),
            _ => None,
        }
    }

    /// Whether it ended by itself and said 0.
    pub fn success(self) -> bool {
        self == Status::Exited(0)
    }

    /// What a shell shows as `$?`: 128 and the signal's number for what was killed or stopped.
    /// POSIX asks for more than 128; every shell adds the number.
    pub fn shell_code(self) -> i32 {
        match self {
            Status::Exited(code) => code,
            Status::Signaled { signal, .. } | Status::Stopped(signal) => 128 + signal,
            Status::Continued => 0,
        }
    }
}

impl From<ExitStatus> for Status {
    fn from(status: ExitStatus) -> Self {
        Status::from_raw(status.into_raw())
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Status::Exited(code) => write!(formatter, "exited with {code}"),
            Status::Signaled {
                signal,
                core_dumped,
            } => {
                let core = if core_dumped { " (core dumped)" } else { "" };
                write!(formatter, "killed by {}{core}", name(signal))
            }
            Status::Stopped(signal) => write!(formatter, "stopped by {}", name(signal)),
            Status::Continued => formatter.write_str("continued"),
        }
    }
}

/// `SIGKILL`; real-time signals have no names of their own.
fn name(signal: i32) -> String {
    match Signal::try_from(signal) {
        Ok(known) => known.as_str().to_owned(),
        Err(_) => format!("signal {signal}"),
    }
}
