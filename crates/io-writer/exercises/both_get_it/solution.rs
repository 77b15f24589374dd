//! Each sink has its own result, which stays at its first error. A write goes to those that are still
//! whole, and fails when none is.
//!
//! The error that `write` then returns is a new one of the same kind: `io::Error` cannot be cloned,
//! and the first one belongs to `finish`.

use std::io::{self, Write};

/// Writes everything to two sinks.
pub struct Both<A, B> {
    first: Sink<A>,
    second: Sink<B>,
}

struct Sink<W> {
    writer: W,
    /// Once it is an error, the writer gets nothing more.
    result: io::Result<()>,
}

impl<W: Write> Sink<W> {
    fn new(writer: W) -> Self {
        Self {
            writer,
            result: Ok(()),
        }
    }

    fn try_to(&mut self, action: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.result.is_ok() {
            self.result = action(&mut self.writer);
        }
    }
}

impl<A: Write, B: Write> Both<A, B> {
    /// Nothing has failed yet.
    pub fn new(first: A, second: B) -> Self {
        Self {
            first: Sink::new(first),
            second: Sink::new(second),
        }
    }

    /// What became of the first sink, and of the second.
    pub fn finish(mut self) -> (io::Result<()>, io::Result<()>) {
        self.first.try_to(Write::flush);
        self.second.try_to(Write::flush);
        (self.first.result, self.second.result)
    }

    /// An error when there is no sink left.
    fn any(&self) -> io::Result<()> {
        match (&self.first.result, &self.second.result) {
            (Err(_), Err(error)) => Err(error.kind().into()),
            _ => Ok(()),
        }
    }
}

impl<A: Write, B: Write> Write for Both<A, B> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.first.try_to(|writer| writer.write_all(bytes));
        self.second.try_to(|writer| writer.write_all(bytes));
        self.any().map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.first.try_to(Write::flush);
        self.second.try_to(Write::flush);
        self.any()
    }
}
