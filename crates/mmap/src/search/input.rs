//! What a tool is given to search: a name, or standard input.
//!
//! `unsafe` is allowed for one map. Rust wants the promise that nobody changes the bytes of a slice,
//! and about a file that a user has named nobody can give it; ripgrep has the same hole in the same
//! place. What is known: truncation, the one change that would kill, is caught by [`Guarded`]. And what
//! is done with the bytes is to compare and to count them; no byte is used as an index or a length, and
//! no text is checked once and trusted afterwards. A file that changes while it is searched gives a
//! count that was true at no moment, as it does with `read(2)`.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::os::fd::AsFd;
use std::path::Path;

use super::chunks::CHUNK;
use super::source::{FileSource, Source};
use crate::map::Guarded;

/// From how many bytes on. Below it there is nothing to share out, and making a map and
/// taking it down costs more than to copy a few pages.
const WORTH_A_MAP: u64 = CHUNK;

/// An open input.
#[derive(Debug)]
pub struct Input {
    file: File,
    /// Where it begins: who hands us standard input may have read some of it.
    start: u64,
}

impl Input {
    /// Opens `path`; `-` is standard input.
    ///
    /// # Errors
    ///
    /// Those of `open(2)`.
    pub fn open(path: &Path) -> io::Result<Self> {
        if path.as_os_str() == "-" {
            return Input::stdin();
        }
        let file = File::open(path)?;
        Ok(Input { file, start: 0 })
    }

    /// Standard input.
    ///
    /// # Errors
    ///
    /// When it is closed.
    pub fn stdin() -> io::Result<Self> {
        let mut file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
        // What cannot seek has no position to begin with.
        let start = file.stream_position().unwrap_or(0);
        Ok(Input { file, start })
    }

    /// The file, to read it as a stream.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Has `count` go over the whole of a regular file on all cores, in a map or with `pread(2)`;
    /// `None` when this is something else, or its length is not known: then read it as a stream.
    ///
    /// # Errors
    ///
    /// Those of `count`.
    pub fn count<T>(
        &mut self,
        count: impl Fn(&Contents<'_>) -> io::Result<T>,
    ) -> io::Result<Option<T>> {
        let Some(source) = FileSource::new(&self.file, self.start)? else {
            return Ok(None);
        };
        let counted = match self.count_in_map(&count) {
            Some(counted) => counted,
            None => count(&Contents::Read(source))?,
        };
        self.skip_to_end()?;
        Ok(Some(counted))
    }

    /// `None` when there is no map, or the file was cut below it: then `pread` gives the rest of it.
    fn count_in_map<T>(&self, count: impl Fn(&Contents<'_>) -> io::Result<T>) -> Option<T> {
        let len = self.file.metadata().ok()?.len();
        if self.start > 0 || len < WORTH_A_MAP {
            return None;
        }
        let guarded = Guarded::map(self.file.try_clone().ok()?).ok()?;
        // SAFETY: nobody is known to change the file; see above for what that is worth.
        let bytes = unsafe { guarded.bytes() };
        let counted = count(&Contents::Mapped(bytes)).ok()?;
        guarded.check(bytes.len() as u64).is_ok().then_some(counted)
    }

    /// Leaves the position where reading to the end would have left it: it is shared with whoever
    /// gave us the file.
    fn skip_to_end(&mut self) -> io::Result<()> {
        self.file.seek(SeekFrom::End(0)).map(drop)
    }
}

/// The contents of a regular file, one way or the other.
#[derive(Debug)]
pub enum Contents<'a> {
    /// Where they lie.
    Mapped(&'a [u8]),
    /// Piece by piece.
    Read(FileSource<'a>),
}

impl Source for Contents<'_> {
    fn len(&self) -> u64 {
        match self {
            Contents::Mapped(bytes) => Source::len(*bytes),
            Contents::Read(source) => source.len(),
        }
    }

    fn window<'a>(&'a self, range: Range<u64>, buffer: &'a mut Vec<u8>) -> io::Result<&'a [u8]> {
        match self {
            Contents::Mapped(bytes) => bytes.window(range, buffer),
            Contents::Read(source) => source.window(range, buffer),
        }
    }
}
