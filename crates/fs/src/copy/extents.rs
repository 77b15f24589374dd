//! Where a file has data: everything else is a hole.
//!
//! `lseek(2)` with `SEEK_DATA` goes to the next byte that is not in a hole, with `SEEK_HOLE` to the
//! next hole; the end of the file counts as one. A filesystem that keeps no account of holes says
//! that all is data, and one that knows only whole blocks rounds: what is told as a hole is one,
//! what is told as data may be zeros.

use std::fs::File;
use std::io;
use std::ops::Range;

use nix::errno::Errno;
use nix::libc::off_t;
use nix::unistd::{Whence, lseek};

/// The ranges of a file that have data, in order. Moves the file's offset.
///
/// ```
/// use std::os::unix::fs::FileExt;
/// use fs::copy::extents::Extents;
///
/// let file = tempfile::tempfile()?;
/// file.set_len(1 << 30)?;
/// file.write_all_at(b"one byte in a gibibyte is not alone", 1 << 20)?;
/// let data: Vec<_> = Extents::of(&file)?.collect::<Result<_, _>>()?;
/// assert!(data.iter().any(|range| range.contains(&(1 << 20))));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Extents<'a> {
    file: &'a File,
    /// Before this all is told.
    told: u64,
    length: u64,
}

impl<'a> Extents<'a> {
    /// The extents of a file as long as it is now.
    ///
    /// # Errors
    ///
    /// Those of `fstat(2)`.
    pub fn of(file: &'a File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file,
            told: 0,
            length,
        })
    }

    fn next_extent(&mut self) -> io::Result<Option<Range<u64>>> {
        let start = match seek(self.file, self.told, Whence::SeekData) {
            Ok(start) => start,
            // Nothing but a hole up to the end.
            Err(Errno::ENXIO) => return Ok(None),
            // No account of holes here: all is data.
            Err(Errno::EINVAL | Errno::EOPNOTSUPP | Errno::ENOTTY) => self.told,
            Err(error) => return Err(error.into()),
        };
        let end = match seek(self.file, start, Whence::SeekHole) {
            Ok(end) => end.min(self.length),
            Err(Errno::EINVAL | Errno::EOPNOTSUPP | Errno::ENOTTY) => self.length,
            // Cut off meanwhile.
            Err(Errno::ENXIO) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        Ok((start < end).then_some(start..end))
    }
}

impl Iterator for Extents<'_> {
    type Item = io::Result<Range<u64>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.told >= self.length {
            return None;
        }
        let next = self.next_extent();
        self.told = match &next {
            Ok(Some(extent)) => extent.end,
            _ => self.length,
        };
        next.transpose()
    }
}

fn seek(file: &File, from: u64, whence: Whence) -> nix::Result<u64> {
    let from = off_t::try_from(from).map_err(|_| Errno::EOVERFLOW)?;
    Ok(lseek(file, from, whence)?.cast_unsigned())
}
