//! The commands of the tool. What they do is in the library; here are arguments and reports.

pub(crate) mod amdahl;
pub(crate) mod demo;
pub(crate) mod race;
pub(crate) mod ring;
mod scenes;
pub(crate) mod sched;
pub(crate) mod sim;
pub(crate) mod skynet;
pub(crate) mod trace;
pub(crate) mod view;

use std::fmt::Display;
use std::io::{self, Write};

use anyhow::Context;
use concurrency::runtime::{Builder, MAX_PROCESSORS, Runtime};

/// A line on standard error, in one `write(2)`: other programs of the pipeline write there too, and
/// ours must not be torn apart.
pub(crate) fn complain(what: impl Display) {
    let line = format!("concurrency: {what}\n");
    // Not eprintln!, which panics when standard error is closed.
    let _ = io::stderr().write_all(line.as_bytes());
}

/// As many Ps as were asked for, or as the machine has processors.
pub(crate) fn runtime(processors: Option<usize>) -> anyhow::Result<Runtime> {
    let mut builder = Builder::new();
    if let Some(number) = processors {
        builder = builder.processors(number);
    }
    builder.build().context("cannot start the runtime")
}

/// A number of Ps on the command line.
pub(crate) fn processors(text: &str) -> Result<usize, String> {
    let number = text.parse::<usize>().map_err(|error| error.to_string())?;
    match number {
        1..=MAX_PROCESSORS => Ok(number),
        _ => Err(format!("from 1 to {MAX_PROCESSORS}")),
    }
}
