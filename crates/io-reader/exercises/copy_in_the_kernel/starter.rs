//! Copies a file so that its bytes never pass through the program.
//!
//! The starter reads each piece into its own memory and writes it out again: two calls for 8 KiB, and
//! every byte is copied twice. Linux can copy from file to file by itself, if it is asked. On macOS
//! the bytes may pass through the program.
//!
//! Checked: the copy, and the calls on Linux: `copy_file_range`, and no `read` of the file.
//!
//! Lesson: io-reader/io-copy

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// Copies all of `from` to the new file `to`; returns how many bytes.
pub fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    let mut from = File::open(from)?;
    let mut to = File::create_new(to)?;
    let mut buffer = [0; 8192];
    let mut copied = 0;
    loop {
        let count = from.read(&mut buffer)?;
        if count == 0 {
            return Ok(copied);
        }
        to.write_all(&buffer[..count])?;
        copied += count as u64;
    }
}
