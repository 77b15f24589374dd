//! Two places for one stream: the writer that counts, and a copy of what it took.

use std::io::{self, Write};

/// Writes to `W` and copies to `C` what `W` took.
///
/// The copy follows the main writer: after a short write only the part that was taken is copied.
/// (Go's `io.TeeReader` is the same for reading.) For several equal sinks see
/// [`MultiWriter`](crate::multi::MultiWriter).
///
/// ```
/// use std::io::Write;
/// use io_writer::tee::Tee;
///
/// let mut log = Vec::new();
/// let mut out = Tee::new(Vec::new(), &mut log);
/// out.write_all(b"both")?;
/// let (main, _) = out.into_inner();
/// assert_eq!((main, log), (b"both".to_vec(), b"both".to_vec()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Tee<W, C> {
    writer: W,
    copy: C,
    state: Copying,
}

/// How the copy fares. It is always a prefix of what the writer took, never one with a hole.
#[derive(Debug)]
enum Copying {
    /// The copy is complete.
    Going,
    /// The copy failed after the writer had taken the bytes. That write was a success and said so;
    /// the next call reports this.
    Failed(io::Error),
    /// The failure was reported. A caller who goes on writes to the writer alone.
    Over,
}

impl<W, C> Tee<W, C> {
    /// Writes to `writer` and copies to `copy`.
    pub fn new(writer: W, copy: C) -> Self {
        Tee {
            writer,
            copy,
            state: Copying::Going,
        }
    }

    /// The writer and the copy.
    pub fn get_ref(&self) -> (&W, &C) {
        (&self.writer, &self.copy)
    }

    /// Gives the writer and the copy back. A failure of the copy that no `write` or `flush` has
    /// reported yet is lost: flush first.
    pub fn into_inner(self) -> (W, C) {
        (self.writer, self.copy)
    }

    /// The failure of the copy, once.
    fn report(&mut self) -> io::Result<()> {
        if let Copying::Failed(_) = self.state
            && let Copying::Failed(error) = std::mem::replace(&mut self.state, Copying::Over)
        {
            return Err(error);
        }
        Ok(())
    }
}

impl<W: Write, C: Write> Write for Tee<W, C> {
    /// # Errors
    ///
    /// The writer's, or the copy's from the call before: an error means that *nothing* of `bytes`
    /// was taken, which would be untrue if it came from copying bytes the writer already has.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.report()?;
        let n = self.writer.write(bytes)?;
        if let Copying::Going = self.state
            && let Err(error) = self.copy.write_all(&bytes[..n])
        {
            self.state = Copying::Failed(error);
        }
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.report()?;
        self.writer.flush()?;
        match self.state {
            Copying::Going => self.copy.flush(),
            _ => Ok(()),
        }
    }
}
