//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod alloc;
pub(crate) mod demo;
pub(crate) mod gc;
pub(crate) mod layout;
pub(crate) mod maps;
pub(crate) mod pages;

use std::fmt::Display;
use std::io::{self, Write};

/// A line on standard error, in one `write(2)`: other programs of the pipeline write there too, and
/// ours must not be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("memory: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}
