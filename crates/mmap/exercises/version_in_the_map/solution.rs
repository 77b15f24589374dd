//! A shared map is the file's own page: others see a store at once, and `msync` writes it out.
//!
//! A map never makes a file longer, and a store behind the end is a panic of the type, so the
//! length is looked at first.

use std::fs::File;
use std::io::{self, ErrorKind};

use mmap::map::Shared;

/// Where the number stands in the file.
const AT: usize = 4;

/// Makes `version` the number at byte 4 of `file`, on the disk too.
pub fn set_version(file: &File, version: u32) -> io::Result<()> {
    let map = Shared::map(file)?;
    if map.bytes().len() < AT + 4 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    map.write_at(AT, &version.to_le_bytes());
    map.flush()
}
