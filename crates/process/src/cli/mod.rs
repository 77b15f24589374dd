//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod daemon;
pub(crate) mod demo;
pub(crate) mod info;
pub(crate) mod limits;
pub(crate) mod ps;
pub(crate) mod pty;
pub(crate) mod sandbox;

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use process::exit::Status;

/// A line on standard error, in one `write(2)`: other programs of the pipeline write there too, and
/// ours must not be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("process: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A child's status as ours, as a shell would have it.
pub(crate) fn status(status: Status) -> ExitCode {
    u8::try_from(status.shell_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}
