//! Why a buffer makes small writes cheap, and how what is in it gets lost.
//!
//! A system call costs some hundred nanoseconds before the first byte moves. [`Buffered`] collects
//! small writes in memory and hands them on together. The price: between a `write` that returned
//! `Ok` and the next flush the bytes are nowhere but in this process. `process::exit`, `abort`, a
//! signal, `mem::forget` and an error that nobody looks at lose them. So: flush, and look.
//!
//! This is [`std::io::BufWriter`] written out for a reader; both keep to the same rules.

use std::io::{self, Write};

/// As std's: 8 KiB. (Go's `bufio.NewWriter` takes 4 KiB.)
pub const DEFAULT_CAPACITY: usize = 8 * 1024;

/// Collects small writes and passes them on in few large ones.
///
/// ```
/// use std::io::Write;
/// use io_writer::{buffered::Buffered, counting::Counting};
///
/// let mut out = Buffered::new(Counting::new(Vec::new()));
/// for n in 0..100 {
///     writeln!(out, "line {n}")?;
/// }
/// assert_eq!(out.get_ref().calls(), 0);
/// let counted = out.into_inner()?;
/// assert_eq!((counted.calls(), counted.bytes()), (1, 790));
/// # Ok::<(), std::io::Error>(())
/// ```
//
// Invariants:
//   - `buf.len() <= capacity`, so `buf` never grows after `with_capacity`;
//   - `sent <= buf.len()`; `buf[sent..]` are the bytes, in order, that `write` said it took and
//     `inner` has not taken yet.
#[derive(Debug)]
pub struct Buffered<W: Write> {
    /// `None` only between `into_parts` and the drop that follows at once.
    inner: Option<W>,
    buf: Vec<u8>,
    /// How much of `buf` a flush had handed on before it failed. Kept in a field and not in a local
    /// variable, so that it is right even when `inner` panics.
    sent: usize,
    /// Set while `inner` runs. Still set in `drop`, it means that `inner` panicked and nobody knows
    /// what it took: a second try could write the same bytes twice.
    in_inner: bool,
    capacity: usize,
}

impl<W: Write> Buffered<W> {
    /// A buffer of [`DEFAULT_CAPACITY`] bytes in front of `inner`.
    pub fn new(inner: W) -> Self {
        Self::with_capacity(DEFAULT_CAPACITY, inner)
    }

    /// A buffer of `capacity` bytes in front of `inner`. What does not fit into an empty buffer is
    /// not copied but handed to `inner` directly, so a capacity of 0 is no buffer at all.
    pub fn with_capacity(capacity: usize, inner: W) -> Self {
        Buffered {
            inner: Some(inner),
            buf: Vec::with_capacity(capacity),
            sent: 0,
            in_inner: false,
            capacity,
        }
    }

    /// The bytes that would be lost if the process died now.
    pub fn buffer(&self) -> &[u8] {
        &self.buf[self.sent..]
    }

    /// How many bytes the buffer holds at most.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// The inner writer, which has not seen [`buffer`](Self::buffer) yet.
    pub fn get_ref(&self) -> &W {
        self.inner.as_ref().expect(INNER)
    }

    /// The inner writer. What is written to it directly overtakes what is in the buffer.
    pub fn get_mut(&mut self) -> &mut W {
        self.inner.as_mut().expect(INNER)
    }

    /// Hands on what is buffered and gives the inner writer back. Unlike dropping, this is where an
    /// error can be seen.
    ///
    /// # Errors
    ///
    /// [`IntoInnerError`] has the error and this `Buffered`, with what was not written still in it.
    pub fn into_inner(mut self) -> Result<W, IntoInnerError<W>> {
        match self.flush_buffer() {
            Ok(()) => Ok(self.into_parts().0),
            Err(error) => Err(IntoInnerError {
                writer: self,
                error,
            }),
        }
    }

    /// The inner writer and the bytes it has not seen, without writing anything.
    pub fn into_parts(mut self) -> (W, Vec<u8>) {
        let unwritten = self.buf.split_off(self.sent);
        // The drop of `self` finds an empty buffer and no writer, and does nothing.
        self.buf.clear();
        self.sent = 0;
        (self.inner.take().expect(INNER), unwritten)
    }

    /// Hands the buffer on without flushing `inner` as well.
    ///
    /// When it fails half-way, what was taken is not offered again by the next try.
    pub(crate) fn flush_buffer(&mut self) -> io::Result<()> {
        while self.sent < self.buf.len() {
            self.in_inner = true;
            let outcome = self
                .inner
                .as_mut()
                .expect(INNER)
                .write(&self.buf[self.sent..]);
            self.in_inner = false;
            match outcome {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => self.sent += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.buf.clear();
        self.sent = 0;
        Ok(())
    }

    /// Makes room, or goes past the buffer when `bytes` would fill it at once.
    #[cold]
    fn write_when_full(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.capacity - self.buf.len() {
            self.flush_buffer()?;
        }
        if bytes.len() < self.capacity {
            return Ok(self.fill(bytes));
        }
        // As large as the buffer itself: copying it first would save no call.
        self.in_inner = true;
        let outcome = self.get_mut().write(bytes);
        self.in_inner = false;
        outcome
    }

    #[cold]
    fn write_all_when_full(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write_when_full(bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => bytes = &bytes[n..],
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Copies as much of `bytes` as there is room for and returns how much that was. Never calls
    /// `inner`, so it cannot fail.
    pub(crate) fn fill(&mut self, bytes: &[u8]) -> usize {
        let n = bytes.len().min(self.capacity - self.buf.len());
        self.buf.extend_from_slice(&bytes[..n]);
        n
    }
}

impl<W: Write> Write for Buffered<W> {
    /// Small and inlined into the caller, since nearly every write only copies a few bytes; what
    /// is rare is a call of its own.
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() < self.capacity - self.buf.len() {
            self.buf.extend_from_slice(bytes);
            return Ok(bytes.len());
        }
        self.write_when_full(bytes)
    }

    /// What the trait gives, but without a loop in the caller's code for the usual case: there the
    /// compiler then knows how long a literal is, and copies it without a call.
    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if bytes.len() < self.capacity - self.buf.len() {
            self.buf.extend_from_slice(bytes);
            return Ok(());
        }
        self.write_all_when_full(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.flush_buffer()?;
        self.get_mut().flush()
    }
}

impl<W: Write> Drop for Buffered<W> {
    /// Hands on what is left. An error has nowhere to go and is lost with the bytes: call
    /// [`flush`](Write::flush) or [`into_inner`](Buffered::into_inner) first to see it.
    fn drop(&mut self) {
        if !self.in_inner {
            let _ = self.flush_buffer();
        }
    }
}

const INNER: &str = "the writer is there until into_parts";

/// An [`into_inner`](Buffered::into_inner) that could not hand everything on.
#[derive(Debug, thiserror::Error)]
#[error("{} buffered bytes could not be written: {error}", writer.buffer().len())]
pub struct IntoInnerError<W: Write> {
    writer: Buffered<W>,
    error: io::Error,
}

impl<W: Write> IntoInnerError<W> {
    /// What the inner writer said.
    pub fn error(&self) -> &io::Error {
        &self.error
    }

    /// The writer with what is still unwritten, to try again or to save the bytes elsewhere
    /// ([`Buffered::into_parts`]).
    pub fn into_inner(self) -> Buffered<W> {
        self.writer
    }
}

impl<W: Write> From<IntoInnerError<W>> for io::Error {
    /// Keeps the error. The writer is dropped, and with that tries once more.
    fn from(error: IntoInnerError<W>) -> io::Error {
        error.error
    }
}
