//! Counts the lines of a file without a system call for each byte.
//!
//! The starter asks the kernel for each byte of the file: right, and a thousand times too slow. Make
//! it by few reads, with memory for a part of the file and not for all of it.
//!
//! Checked: the count, and the calls: full reads of at least 4 KiB, none of a single byte.
//!
//! Lesson: io-reader/read-into-buffer

use std::fs::File;
use std::io::{self, Read};

/// How many newlines the file has.
pub fn count_lines(mut file: File) -> io::Result<usize> {
    let mut lines = 0;
    let mut byte = [0];
    while file.read(&mut byte)? == 1 {
        if byte == *b"\n" {
            lines += 1;
        }
    }
    Ok(lines)
}
