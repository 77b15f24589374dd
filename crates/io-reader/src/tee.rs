//! Reading, and keeping a copy of what was read.

use std::io::{self, Read, Write};

/// Hands on what it reads from `R`, and writes the same bytes to `W`.
///
/// [`Read::read`] promises that an error means "no bytes were read". Bytes that came from the
/// source must therefore reach the caller even when writing their copy fails: that failure is kept
/// back and returned by every read after it, and by [`finish`](Self::finish).
///
/// ```
/// use io_reader::tee::TeeReader;
/// use std::io;
///
/// let mut tee = TeeReader::new("once".as_bytes(), Vec::new());
/// io::copy(&mut tee, &mut io::sink())?;
/// let (_source, copy) = tee.finish()?;
/// assert_eq!(copy, b"once");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TeeReader<R, W> {
    source: R,
    copy: W,
    /// Why a write to `copy` failed. From then on neither side is touched.
    failure: Option<io::Error>,
}

impl<R: Read, W: Write> TeeReader<R, W> {
    /// Reads from `source` and copies to `copy`, which should be a writer that blocks: one that
    /// says `WouldBlock` has failed for good.
    pub fn new(source: R, copy: W) -> Self {
        Self {
            source,
            copy,
            failure: None,
        }
    }

    /// Flushes the copy and gives both sides back.
    ///
    /// # Errors
    ///
    /// Why a write to the copy failed, or its flush. Ask this whenever the copy matters: who stops
    /// reading when all expected bytes are there never meets the failure in a read.
    pub fn finish(mut self) -> io::Result<(R, W)> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        self.copy.flush()?;
        Ok((self.source, self.copy))
    }
}

impl<R: Read, W: Write> Read for TeeReader<R, W> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(failure) = &self.failure {
            let text = format!("the copy of what was read cannot be written: {failure}");
            return Err(io::Error::new(failure.kind(), text));
        }
        let n = self.source.read(buf)?;
        self.failure = self.copy.write_all(&buf[..n]).err();
        Ok(n)
    }
}
