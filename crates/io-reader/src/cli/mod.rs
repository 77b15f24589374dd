//! The sub-commands, a file each, and what they share.

pub(crate) mod png;

pub(crate) mod csv;
pub(crate) mod demo;
pub(crate) mod hex;
pub(crate) mod slice;
pub(crate) mod zip;

mod input;
mod size;
mod tap;

use std::io::{self, BufWriter, StdoutLock, Write};

use anyhow::Context;

/// Standard output with a buffer around it, which must be flushed at the end.
fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Says of a failed write that it was one to standard output.
fn written<T>(result: io::Result<T>) -> anyhow::Result<T> {
    result.context("cannot write to standard output")
}

/// Reports what is wrong with a part of the input, where the rest is still worth having.
fn warn(message: &str) {
    let _ = writeln!(io::stderr(), "io-reader: {message}");
}
