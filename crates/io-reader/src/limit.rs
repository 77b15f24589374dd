//! The first n bytes of a stream, and never one more.
//!
//! [`std::io::Take`] is the same idea; this one is written out to be read.

use std::io::{self, BufRead, Read};

/// Reads at most `n` bytes from the reader under it, then reports end of file.
///
/// It also never *takes* more than `n`: what follows stays in the source for whoever reads next.
/// A wrapper that buffers ahead cannot promise that, which is why formats with a length before
/// each part (PNG chunks, HTTP bodies) are read through a limit, and buffers go below it.
///
/// ```
/// use io_reader::limit::Limit;
/// use std::io::Read;
///
/// let mut source = "header body".as_bytes();
/// let mut header = String::new();
/// Limit::new(&mut source, 6).read_to_string(&mut header)?;
/// assert_eq!((header.as_str(), source), ("header", " body".as_bytes()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "LimitReader")]
#[derive(Debug)]
pub struct Limit<R> {
    inner: R,
    /// How many bytes may still be taken from `inner`.
    remaining: u64,
}

impl<R> Limit<R> {
    /// Lets the first `n` bytes of `inner` through.
    pub fn new(inner: R, n: u64) -> Self {
        Self {
            inner,
            remaining: n,
        }
    }

    /// How many bytes may still be read. The source may end before that.
    pub fn remaining(&self) -> u64 {
        self.remaining
    }

    /// Gives the source back, standing right behind the last byte that was read here.
    pub fn into_inner(self) -> R {
        self.inner
    }

    /// Where `len` bytes are wanted: how many of them are allowed.
    fn allowed(&self, len: usize) -> usize {
        usize::try_from(self.remaining).map_or(len, |remaining| remaining.min(len))
    }
}

impl<R: Read> Read for Limit<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let allowed = self.allowed(buf.len());
        // The source is not asked for nothing: a socket whose peer is waiting for our answer
        // would block for ever.
        if allowed == 0 {
            return Ok(0);
        }
        let n = self.inner.read(&mut buf[..allowed])?;
        // `Read` is a safe trait, so a wrong implementation may claim more than it had room for.
        self.remaining = self
            .remaining
            .checked_sub(n as u64)
            .ok_or_else(|| io::Error::other("the source claims more bytes than it had room for"))?;
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Limit<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.remaining == 0 {
            return Ok(&[]);
        }
        let remaining = self.remaining;
        let buffered = self.inner.fill_buf()?;
        let allowed = usize::try_from(remaining).map_or(buffered.len(), |r| r.min(buffered.len()));
        Ok(&buffered[..allowed])
    }

    fn consume(&mut self, amount: usize) {
        let amount = self.allowed(amount);
        self.remaining -= amount as u64;
        self.inner.consume(amount);
    }
}
