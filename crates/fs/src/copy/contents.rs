//! The bytes of one file, by the best way that works.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::os::unix::fs::FileExt;

use super::extents::Extents;
use super::{Copied, Copier, Way, platform};

/// How much is read at once, where it has to be. Beyond this more does not help.
const BUFFER: usize = 256 * 1024;

/// How much the kernel is asked to copy at once: between two pieces, progress is told.
const PIECE: u64 = 32 * 1024 * 1024;

/// Copies the contents of `from` into `to`, which is empty.
pub(super) fn copy(copier: &mut Copier<'_>, from: &File, to: &File) -> io::Result<Copied> {
    let mut contents = Contents {
        copier,
        from,
        to,
        way: Way::Kernel,
        buffer: Vec::new(),
        data: 0,
    };
    let length = contents.copy()?;
    let Contents { data, way, .. } = contents;
    Ok(Copied { length, data, way })
}

struct Contents<'c, 'p> {
    copier: &'c mut Copier<'p>,
    from: &'c File,
    to: &'c File,
    /// The best one that was not refused so far.
    way: Way,
    buffer: Vec<u8>,
    data: u64,
}

impl Contents<'_, '_> {
    /// Gives the length of the copy.
    fn copy(&mut self) -> io::Result<u64> {
        let length = self.from.metadata()?.len();
        for extent in Extents::of(self.from)? {
            let extent = extent?;
            let reached = self.extent(extent.clone())?;
            if reached < extent.end {
                // Shorter than it said it was.
                return Ok(reached);
            }
        }
        self.to.set_len(length)?;
        // What has come since, and everything in /proc, where files say that their length is 0.
        self.through_buffer(length..u64::MAX)
    }

    /// Gives how far it came: to the end of the extent, or of the file.
    fn extent(&mut self, mut extent: Range<u64>) -> io::Result<u64> {
        while self.way == Way::Kernel && !extent.is_empty() {
            let piece = extent.start..extent.end.min(extent.start + PIECE);
            match platform::copy_range(self.from, self.to, piece)? {
                // The end, or a file of which the kernel does not know how long it is: reading will
                // tell.
                Some(0) => break,
                Some(copied) => {
                    extent.start += copied;
                    self.advance(copied);
                }
                None => self.way = Way::Buffer,
            }
        }
        self.through_buffer(extent)
    }

    fn through_buffer(&mut self, range: Range<u64>) -> io::Result<u64> {
        let mut offset = range.start;
        while offset < range.end {
            self.buffer.resize(BUFFER, 0);
            let most = usize::try_from(range.end - offset).map_or(BUFFER, |left| left.min(BUFFER));
            let read = match self.from.read_at(&mut self.buffer[..most], offset) {
                Ok(0) => break,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            self.to.write_all_at(&self.buffer[..read], offset)?;
            self.way = Way::Buffer;
            offset += read as u64;
            self.advance(read as u64);
        }
        Ok(offset)
    }

    fn advance(&mut self, bytes: u64) {
        self.data += bytes;
        self.copier.advance(bytes);
    }
}
