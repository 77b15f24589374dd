//! What a tracer tells: one [`Event`] for each call, signal and end of a task.
//!
//! Plain data, the same on every system, so that everything that looks at a trace (the printer, the
//! summary, the source view, the witnesses) is a pure function of events and can be tested without
//! tracing anything.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use crate::errno::Errno;

/// A task or process number, as the kernel counts them.
pub type Pid = i32;

/// Something that happened to a traced task.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The process (thread group) it happened in.
    pub pid: Pid,
    /// The thread it happened to; the same as `pid` in a process's first thread.
    pub tid: Pid,
    /// When, as the time since 1970.
    pub time: Duration,
    /// What it was.
    pub kind: Kind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A task has called and waits for the answer. Each is followed, perhaps after events of other
    /// tasks, by a [`Kind::Call`] of the same task, or by [`Kind::Detached`] when the tracer leaves
    /// meanwhile. Not told when a filter asks for outcomes, which are not known yet.
    Enter(Entry),
    /// A call has returned, or never will.
    Call(Call),
    /// A signal is about to be delivered: `SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, …}`.
    Signal {
        /// `SIGCHLD`
        name: String,
        /// `{si_signo=SIGCHLD, …}`
        info: String,
    },
    /// Stopped by job control, with the name of the signal that did it.
    Stopped(String),
    /// Ended by itself, with this status.
    Exited(i32),
    /// Ended by a signal.
    Killed {
        /// `SIGSEGV`
        signal: String,
        /// The signal's number.
        number: i32,
        /// Whether a core file was written.
        core_dumped: bool,
    },
    /// The task went up into its process when another of its threads, this one, executed a program.
    Superseded {
        /// The thread that called execve.
        by: Pid,
    },
    /// The tracer now follows this task.
    Attached,
    /// The tracer left the task to itself.
    Detached,
}

/// A call whose result is not there yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The call's name.
    pub name: &'static str,
    /// The arguments that are known before the kernel has answered, as in `read(3, `: `3, `.
    pub arguments: String,
}

/// One system call, from the kernel's entry to its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The number that the program put into the register.
    pub number: u64,
    /// `openat`; a number that has no name is `syscall_0x1c5`.
    pub name: &'static str,
    /// All arguments as strace prints them between the parentheses.
    pub arguments: String,
    /// Where each argument stands in `arguments`.
    pub spans: Vec<Range<usize>>,
    /// What the kernel answered.
    pub outcome: Outcome,
    /// How long the task was in the kernel, as far as the tracer can see.
    pub took: Duration,
    /// Who called, innermost first; empty unless asked for.
    pub stack: Vec<Frame>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It worked: the number, and how it reads (`3`, `0x7f00…`, `0x8000 (flags O_RDONLY|…)`).
    Value {
        /// The register as the program gets it.
        value: i64,
        /// As strace prints it behind the `=`.
        text: String,
    },
    /// It failed.
    Error(Errno),
    /// A signal came first; the kernel will call again or tell the program `EINTR`. The text is as
    /// strace prints it: `ERESTARTSYS (To be restarted if SA_RESTART is set)`.
    Restart(&'static str),
    /// It never returned: the task ended inside, or the call is one that does not return.
    Never,
}

/// One level of a task's stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The instruction, as an address in the task.
    pub address: u64,
    /// The mapped file it belongs to: the program, or a library.
    pub module: Option<PathBuf>,
    /// Demangled, without the hash.
    pub function: Option<String>,
    /// The source file, as the compiler named it.
    pub file: Option<PathBuf>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// True when the compiler put this function's code into its caller's.
    pub inlined: bool,
}

impl Call {
    /// The arguments one by one.
    pub fn each_argument(&self) -> impl Iterator<Item = &str> {
        self.spans
            .iter()
            .map(|span| &self.arguments[span.start..span.end])
    }

    /// True when the kernel answered with an error.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Error(_))
    }
}

/// As strace prints it: `close(3) = 0`, without padding.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}) = {}", self.name, self.arguments, self.outcome)
    }
}

/// As strace prints it behind the `=`.
impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { text, .. } => f.write_str(text),
            Self::Error(errno) => write!(f, "-1 {errno}"),
            Self::Restart(text) => write!(f, "? {text}"),
            Self::Never => f.write_str("?"),
        }
    }
}
