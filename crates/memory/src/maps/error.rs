//! How reading an address space fails.

use std::io;

use thiserror::Error;

/// Why the address space of a process cannot be told. What the system said is the error's source.
///
/// That a process has ended while it was read is `Read` with `ESRCH` or `ENOENT`.
#[derive(Debug, Error)]
pub enum MapsError {
    /// The kernel did not answer: the process is gone, or somebody else's.
    #[error("cannot read {what} of {process}")]
    Read {
        /// The kernel's file, or the call.
        what: &'static str,
        /// Whose.
        process: String,
        /// What the kernel said.
        source: io::Error,
    },
    /// The kernel's answer has another form than this library knows.
    #[error("cannot understand {what} of {process}")]
    Parse {
        /// The kernel's file.
        what: &'static str,
        /// Whose.
        process: String,
        /// Where, and why.
        source: ParseError,
    },
    /// This system has nothing of the kind.
    #[error("{0}")]
    Unsupported(&'static str),
}

/// A line that is not as proc(5) describes it.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("line {line}: {reason}")]
pub struct ParseError {
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}
