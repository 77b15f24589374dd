//! A buffer that passes on whole lines, which is what Rust's standard output is.
//!
//! A terminal wants each line at once, a file does not; C decides by `isatty`, Rust's `stdout`
//! passes on every line whatever it is connected to, and Go's `os.Stdout` has no buffer. That is
//! why a loop of `println!` into a file is slow in Rust until one puts a
//! [`Buffered`] around `stdout().lock()`.

use std::io::{self, Write};

use crate::buffered::{Buffered, IntoInnerError};

/// Room for a line that is not finished yet, as in std's [`LineWriter`](std::io::LineWriter).
pub const DEFAULT_CAPACITY: usize = 1024;

/// Passes on everything up to the last newline at once, and keeps the rest.
///
/// ```
/// use std::io::Write;
/// use io_writer::{counting::Counting, line::LineBuffered};
///
/// let mut out = LineBuffered::new(Counting::new(Vec::new()));
/// write!(out, "{} + {} = ", 1, 2)?;
/// assert_eq!(out.get_ref().calls(), 0);
/// writeln!(out, "{}", 1 + 2)?;
/// assert_eq!(out.get_ref().calls(), 1);
/// assert_eq!(out.get_ref().get_ref(), b"1 + 2 = 3\n");
/// # Ok::<(), std::io::Error>(())
/// ```
//
// Invariant: what is buffered has no newline, unless the inner writer failed to take a line.
#[derive(Debug)]
pub struct LineBuffered<W: Write> {
    buffer: Buffered<W>,
}

impl<W: Write> LineBuffered<W> {
    /// Keeps at most [`DEFAULT_CAPACITY`] bytes of an unfinished line.
    pub fn new(inner: W) -> Self {
        Self::with_capacity(DEFAULT_CAPACITY, inner)
    }

    /// Keeps at most `capacity` bytes of an unfinished line; what is longer is passed on in parts.
    pub fn with_capacity(capacity: usize, inner: W) -> Self {
        LineBuffered {
            buffer: Buffered::with_capacity(capacity, inner),
        }
    }

    /// The unfinished line: what would be lost if the process died now.
    pub fn buffer(&self) -> &[u8] {
        self.buffer.buffer()
    }

    /// The inner writer.
    pub fn get_ref(&self) -> &W {
        self.buffer.get_ref()
    }

    /// Passes the unfinished line on and gives the inner writer back.
    ///
    /// # Errors
    ///
    /// As [`Buffered::into_inner`].
    pub fn into_inner(self) -> Result<W, IntoInnerError<W>> {
        self.buffer.into_inner()
    }
}

impl<W: Write> Write for LineBuffered<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let Some(newline) = last_newline(bytes) else {
            self.pass_on_finished_line()?;
            return self.buffer.write(bytes);
        };
        // Not through the buffer: if `inner` then failed we could not tell the caller that nothing
        // of `bytes` was taken.
        self.buffer.flush_buffer()?;
        let (lines, rest) = bytes.split_at(newline + 1);
        let n = self.buffer.get_mut().write(lines)?;
        // A rest that the buffer could not hold is better offered as a whole by the next call.
        if n < lines.len() || rest.len() >= self.buffer.capacity() {
            return Ok(n);
        }
        Ok(n + self.buffer.fill(rest))
    }

    /// `write_all` (and with it `writeln!`) may leave open how much was taken when it fails. That
    /// allows joining the pieces of a line to one call of the inner writer.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(newline) = last_newline(bytes) else {
            self.pass_on_finished_line()?;
            return self.buffer.write_all(bytes);
        };
        let (lines, rest) = bytes.split_at(newline + 1);
        if self.buffer().is_empty() {
            self.buffer.get_mut().write_all(lines)?;
        } else {
            self.buffer.write_all(lines)?;
            self.buffer.flush_buffer()?;
        }
        self.buffer.write_all(rest)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.buffer.flush()
    }
}

impl<W: Write> LineBuffered<W> {
    /// Tries again with a line that the inner writer did not take before.
    fn pass_on_finished_line(&mut self) -> io::Result<()> {
        if self.buffer().ends_with(b"\n") {
            self.buffer.flush_buffer()?;
        }
        Ok(())
    }
}

fn last_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|&byte| byte == b'\n')
}
