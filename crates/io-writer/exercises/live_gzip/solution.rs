//! `flush` makes the compressor end its block at a whole byte (zlib's Z_SYNC_FLUSH), from which a reader
//! can decode all so far, and then flushes the sink. It costs some bytes a line, which is the price
//! of now. Only `finish` writes the trailer.

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
        writeln!(self.stream, "{line}")?;
        self.stream.flush()
    }

    /// Ends the stream and gives the sink back.
    pub fn finish(self) -> io::Result<W> {
        self.stream.finish()
    }
}
