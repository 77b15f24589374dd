//! `SEEK_DATA` and `SEEK_HOLE` ask the filesystem where the bytes are; only those are copied.
//!
//! The length is set first, since a hole at the end is written by nobody. `ENXIO` says that no data
//! follows.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use nix::errno::Errno;
use nix::unistd::{Whence, lseek};

/// Copies all of `from` into `to`, which is empty.
pub fn copy(from: &File, to: &File) -> io::Result<()> {
    to.set_len(from.metadata()?.len())?;
    let mut at = 0;
    loop {
        let start = match lseek(from, at, Whence::SeekData) {
            Ok(start) => start,
            Err(Errno::ENXIO) => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        at = lseek(from, start, Whence::SeekHole)?;
        copy_range(from, to, start as u64, at as u64)?;
    }
}

/// Copies the bytes from `start` to `end`.
fn copy_range(from: &File, to: &File, start: u64, end: u64) -> io::Result<()> {
    let mut buffer = vec![0; 65536];
    let mut at = start;
    while at < end {
        let wanted = buffer.len().min((end - at) as usize);
        let length = from.read_at(&mut buffer[..wanted], at)?;
        if length == 0 {
            break; // Somebody has made the file shorter.
        }
        to.write_all_at(&buffer[..length], at)?;
        at += length as u64;
    }
    Ok(())
}
