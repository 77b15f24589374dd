//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod bootstrap;
pub(crate) mod demo;
pub(crate) mod disasm;
pub(crate) mod dump;
pub(crate) mod embed;
pub(crate) mod exec;
pub(crate) mod ldd;
pub(crate) mod show;

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

use loader::report::Failure;

/// A line on standard error, in one `write(2)`: other programs of the pipeline write there too, and
/// ours must not be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("loader: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// A report's failure as an error: output's own, so that a closed pipe is known as one, and a file's
/// with its name.
pub(crate) fn reported(failure: Failure, path: &Path) -> anyhow::Error {
    match failure {
        Failure::Output(error) => error.into(),
        other => anyhow::Error::new(other).context(format!("cannot read {}", path.display())),
    }
}
