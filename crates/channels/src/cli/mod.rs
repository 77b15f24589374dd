//! The commands of the tool. Channels are the library's; here are arguments, programs that use
//! channels, and reports.

pub(crate) mod demo;
mod progress;
pub(crate) mod sieve;

use std::fmt::Display;
use std::io::{self, Write};

/// What a failure to print says. The cause stands below it.
const STDOUT: &str = "cannot write to standard output";

/// A line on standard error.
pub(crate) fn complain(what: impl Display) {
    // Not eprintln!, which panics when standard error is closed.
    let _ = writeln!(io::stderr(), "channels: {what}");
}
