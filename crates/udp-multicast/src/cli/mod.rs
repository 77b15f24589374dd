//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod clock;
pub(crate) mod demo;
pub(crate) mod ntp;
mod progress;
pub(crate) mod recv;
pub(crate) mod send;

use std::fmt::Display;
use std::io::{self, Write};

/// A line on standard error, in one `write(2)`: other programs of the pipeline write there too, and
/// ours must not be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("udp-multicast: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A line on standard output, at once: somebody may wait for it.
pub(crate) fn print(line: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}
