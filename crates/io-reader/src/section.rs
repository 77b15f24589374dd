//! A window into something that can be read at any offset.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

/// Reading at an offset of one's own, without a position that others could move.
///
/// A file's position belongs to the open file, so all readers of one descriptor share it.
/// [pread(2)] takes the offset as an argument instead and leaves that position alone, which is why
/// `&self` suffices here and threads need no lock.
///
/// [pread(2)]: https://man7.org/linux/man-pages/man2/pread.2.html
#[doc(alias = "ReaderAt")]
#[doc(alias = "pread")]
pub trait ReadAt {
    /// Reads into `buf` from `offset` on and returns how many bytes it was; 0 at or after the end.
    /// As with [`Read::read`], fewer than asked for does not mean that the end is near.
    ///
    /// # Errors
    ///
    /// What the system says, for instance `ESPIPE` where the file is a pipe and has no offsets.
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize>;
}

/// A source's bytes from an offset on, at most as many as given, as a stream with its own position.
///
/// Two sections over one file do not move each other, nor the file. Positions are counted from the
/// section's start. Seeking behind the end is allowed, as with a file, and reads nothing there.
///
/// ```
/// use io_reader::section::Section;
/// use std::io::{Read, Seek};
///
/// let mut window = Section::new("Example of io.SectionReader".as_bytes(), 14, 7);
/// let mut text = String::new();
/// window.read_to_string(&mut text)?;
/// assert_eq!(text, "Section");
///
/// window.rewind()?;
/// assert_eq!(window.bytes().next().transpose()?, Some(b'S'));
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "SectionReader")]
#[derive(Clone, Debug)]
pub struct Section<S> {
    source: S,
    /// Where in the source the window starts.
    start: u64,
    /// The window's length. `start + len` does not overflow; the source may end earlier.
    len: u64,
    /// Where the next `read` begins, counted from `start`. May be behind `len`.
    position: u64,
}

impl<S: ReadAt> Section<S> {
    /// The window of `len` bytes of `source` that begins at `offset`. Nothing is read yet; a
    /// window that reaches beyond the source's end shows what there is.
    pub fn new(source: S, offset: u64, len: u64) -> Self {
        Self {
            source,
            start: offset,
            len: len.min(u64::MAX - offset),
            position: 0,
        }
    }

    /// The window's length in bytes, as it was asked for.
    pub fn size(&self) -> u64 {
        self.len
    }

    /// Gives the source back.
    pub fn into_inner(self) -> S {
        self.source
    }
}

impl<S: ReadAt> ReadAt for Section<S> {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let inside = self.len.saturating_sub(offset);
        let len = usize::try_from(inside).map_or(buf.len(), |inside| inside.min(buf.len()));
        if len == 0 {
            return Ok(0);
        }
        self.source.read_at(&mut buf[..len], self.start + offset)
    }
}

impl<S: ReadAt> Read for Section<S> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.read_at(buf, self.position)?;
        self.position += n as u64;
        Ok(n)
    }
}

impl<S: ReadAt> Seek for Section<S> {
    /// # Errors
    ///
    /// `InvalidInput` where the new position would be before the start or not fit 64 bits; the
    /// position is then unchanged.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::Current(delta) => self.position.checked_add_signed(delta),
            SeekFrom::End(delta) => self.len.checked_add_signed(delta),
        };
        self.position = position.ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("cannot seek to {to:?} in a section of {} bytes", self.len),
            )
        })?;
        Ok(self.position)
    }
}

impl ReadAt for File {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, buf, offset)
    }
}

impl ReadAt for [u8] {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let start = usize::try_from(offset).map_or(self.len(), |offset| offset.min(self.len()));
        let mut rest = &self[start..];
        rest.read(buf)
    }
}

impl ReadAt for Vec<u8> {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        self.as_slice().read_at(buf, offset)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for &T {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buf, offset)
    }
}

impl<T: ReadAt + ?Sized> ReadAt for Arc<T> {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        (**self).read_at(buf, offset)
    }
}
