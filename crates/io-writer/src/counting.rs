//! How much, and in how many calls: what tells a buffered writer from an unbuffered one.

use std::io::{self, IoSlice, Write};
use std::os::fd::{AsFd, BorrowedFd};

/// Passes every call on to `W` and counts.
///
/// Put below a buffer it counts what the kernel would see; put above, what the program does.
///
/// ```
/// use std::io::Write;
/// use io_writer::counting::Counting;
///
/// let name = String::from("World");
/// let mut out = Counting::new(Vec::new());
/// writeln!(out, "Hello {name}!")?;
/// // Formatting hands over what is before the name, the name, and what is after it.
/// assert_eq!((out.bytes(), out.calls()), (13, 3));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Counting<W> {
    inner: W,
    /// Bytes that `inner` said it took.
    bytes: u64,
    /// Calls of `write` and `write_vectored`, failed ones too: each may be a system call.
    calls: u64,
}

impl<W> Counting<W> {
    /// Starts both counters at zero.
    pub fn new(inner: W) -> Self {
        Counting {
            inner,
            bytes: 0,
            calls: 0,
        }
    }

    /// Bytes that the inner writer took so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Calls of the inner writer's `write` so far, failed ones included, `flush` not.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// The inner writer.
    pub fn get_ref(&self) -> &W {
        &self.inner
    }

    /// The inner writer, to change it; what is written to it directly is not counted.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.inner
    }

    /// Gives the inner writer back and forgets the counts.
    pub fn into_inner(self) -> W {
        self.inner
    }

    fn count(&mut self, outcome: io::Result<usize>) -> io::Result<usize> {
        self.calls += 1;
        if let Ok(n) = outcome {
            self.bytes += n as u64;
        }
        outcome
    }
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.inner.write(bytes);
        self.count(outcome)
    }

    // Without this method the default would turn one writev(2) into a write(2) of its first part.
    fn write_vectored(&mut self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        let outcome = self.inner.write_vectored(parts);
        self.count(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<W: AsFd> AsFd for Counting<W> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.inner.as_fd()
    }
}
