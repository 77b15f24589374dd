//! Where the bytes come from.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;

/// Bytes with a known length that several threads look at, each elsewhere.
pub trait Source: Sync {
    /// How many bytes there are, or were when somebody looked.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of `range`, which lies below [`len`](Source::len): lent, or read into `buffer`.
    /// They are fewer when the source has become shorter meanwhile.
    ///
    /// # Errors
    ///
    /// Why they cannot be read.
    fn window<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]>;
}

/// Memory, for example a map.
impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn window<'a>(&'a self, range: Range<u64>, _: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        Ok(&self[range.start as usize..range.end as usize])
    }
}

/// A regular file, read with `pread(2)`: its position is neither used nor moved.
#[derive(Debug)]
pub struct FileSource<'a> {
    file: &'a File,
    start: u64,
    len: u64,
}

impl<'a> FileSource<'a> {
    /// `file` from byte `start` on, as far as it goes now.
    ///
    /// `None` when that is unknown: pipes and terminals have no length, and the files of `/proc`
    /// say 0. Read those as a stream.
    ///
    /// # Errors
    ///
    /// Those of `fstat(2)`.
    pub fn new(file: &'a File, start: u64) -> io::Result<Option<Self>> {
        let metadata = file.metadata()?;
        let known = metadata.is_file() && metadata.len() > 0;
        Ok(known.then(|| FileSource {
            file,
            start,
            len: metadata.len().saturating_sub(start),
        }))
    }
}

impl Source for FileSource<'_> {
    fn len(&self) -> u64 {
        self.len
    }

    fn window<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        let wanted = (range.end - range.start) as usize;
        // Zeroed once; the next chunks overwrite what is there.
        if buffer.len() < wanted {
            buffer.resize(wanted, 0);
        }
        let n = read_at(self.file, &mut buffer[..wanted], self.start + range.start)?;
        Ok(&buffer[..n])
    }
}

/// Fills `buffer`, or what of it the file still has.
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read_at(&mut buffer[filled..], at + filled as u64) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}
