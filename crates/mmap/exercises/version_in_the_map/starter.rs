//! Changes four bytes of a file by storing them into its map.
//!
//! `set_version` puts a number at byte 4 of a file, lowest byte first, and returns when it is on
//! the disk. The file may be in use elsewhere, and nothing else in it may change. The version below
//! stores to a private map: the first store to a page makes a copy of it that nobody else sees.
//!
//! Checked: the file's bytes, what another map of it shows, a file that is too short; and on Linux
//! the flags of the map and that it was flushed.
//!
//! Lesson: mmap/mmap-shared
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind};

use mmap::map::Private;

/// Where the number stands in the file.
const AT: usize = 4;

/// Makes `version` the number at byte 4 of `file`, on the disk too.
pub fn set_version(file: &File, version: u32) -> io::Result<()> {
    // SAFETY: of the bytes that others may change none is read.
    let mut map = unsafe { Private::map(file) }?;
    let bytes = map.get_mut(AT..AT + 4).ok_or(ErrorKind::UnexpectedEof)?;
    bytes.copy_from_slice(&version.to_le_bytes());
    Ok(())
}
