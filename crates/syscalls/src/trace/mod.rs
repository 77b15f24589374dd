//! The tracer itself: runs a program, or attaches to one, and tells what the kernel sees of it.
//!
//! ```no_run
//! use syscalls::event::Kind;
//! use syscalls::trace::{Command, Options, Tracer};
//!
//! let mut tracer = Tracer::spawn(&Command::new("ls").arg("/"), Options::default())?;
//! while let Some(event) = tracer.next()? {
//!     if let Kind::Call(call) = event.kind {
//!         println!("{call}");
//!     }
//! }
//! # Ok::<(), syscalls::trace::Error>(())
//! ```

mod command;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod macos;

use std::io;

pub use command::Command;
#[cfg(target_os = "linux")]
pub use linux::Tracer;
#[cfg(not(target_os = "linux"))]
pub use macos::Tracer;

use crate::event::{Call, Event, Kind, Pid};
use crate::filter::Filter;

/// What to trace, and how much to tell.
#[derive(Clone, Debug)]
pub struct Options {
    /// Follow threads and child processes, as strace's `-f`.
    pub follow: bool,
    /// Which calls to tell.
    ///
    /// When it leaves out calls by name, a program that is spawned gets it as a seccomp filter
    /// ([seccomp(2)](https://man7.org/linux/man-pages/man2/seccomp.2.html)): the other calls are not
    /// slowed down. That cannot be undone, so such a program cannot be left to itself. Without
    /// `CAP_SYS_ADMIN` it also cannot gain privileges by executing a set-user-ID program, which under
    /// a tracer without privileges it could not anyway. A call that the program's own filter refuses is
    /// not told then: the refusal goes before our stop. In processes that are attached to, the tracer
    /// stops at each call and throws away what is not to be told.
    pub filter: Filter,
    /// How many bytes of a string to show, as strace's `-s`.
    pub string_limit: usize,
    /// Say what descriptors are open on, as strace's `-y`.
    pub descriptors: bool,
    /// Tell the stack of each call (`-k`).
    pub stack: bool,
    /// Tell nothing of a program before its `main` (`--from-main`), but its end. A program that one
    /// of the traced processes executes is told from its own `main` on, or from its start when it does
    /// not say where that is.
    pub from_main: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            follow: false,
            filter: Filter::default(),
            string_limit: 32,
            descriptors: false,
            stack: false,
            from_main: false,
        }
    }
}

/// How a traced program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
}

/// Why there is no trace.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such program, or it cannot be executed.
    #[error("cannot execute {program}: {source}")]
    Execute {
        /// As it was asked for.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A process cannot be attached to.
    #[error("cannot attach to process {pid}: {source}")]
    Attach {
        /// The process or thread.
        pid: Pid,
        /// What the system said.
        source: io::Error,
    },
    /// `from_main` was asked for, and the program does not say where its `main` is.
    #[error("no function main in {program} (was it stripped?)")]
    NoMain {
        /// The executable.
        program: String,
    },
    /// The kernel refused a step of tracing.
    #[error("{step}: {source}")]
    System {
        /// What was to be done.
        step: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A signal handler of this program ran while it waited for the traced ones.
    #[error("interrupted by a signal")]
    Interrupted,
    /// This system lets nobody trace.
    #[error(
        "tracing needs Linux (ptrace); on macOS use `sudo dtruss` or Instruments, or run this in a Linux container"
    )]
    Unsupported,
}

/// All that a program did, from its start to its end.
#[derive(Clone, Debug)]
pub struct Recording {
    /// In the order in which the tracer saw them.
    pub events: Vec<Event>,
    /// How the program ended.
    pub ending: Ending,
}

impl Recording {
    /// Runs `command` to its end and keeps every event.
    ///
    /// # Errors
    ///
    /// As [`Tracer::spawn`] and [`Tracer::next`].
    pub fn of(command: &Command, options: Options) -> Result<Self, Error> {
        let mut tracer = Tracer::spawn(command, options)?;
        let mut events = Vec::new();
        while let Some(event) = tracer.next()? {
            events.push(event);
        }
        let ending = tracer.ending().unwrap_or(Ending::Exited(0));
        Ok(Self { events, ending })
    }

    /// The calls alone.
    pub fn calls(&self) -> impl Iterator<Item = &Call> {
        self.events.iter().filter_map(|event| match &event.kind {
            Kind::Call(call) => Some(call),
            _ => None,
        })
    }
}
