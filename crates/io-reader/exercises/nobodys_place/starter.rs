//! Reads a window of a file without moving anybody's place in it.
//!
//! The kernel keeps one place for an open file, which all threads and all duplicates of the descriptor
//! share. The starter moves it and puts it back: between the two, any other thread reads at the wrong
//! place. Read the window so that the place is never touched. A window that reaches beyond the file's
//! end is `UnexpectedEof`.
//!
//! Checked: the bytes, and the calls: `pread64` with the offset, no `lseek`.
//!
//! Lesson: io-reader/section-reader

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The `length` bytes at `offset`.
pub fn window(mut file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let place = file.stream_position()?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = vec![0; length];
    let result = file.read_exact(&mut bytes);
    file.seek(SeekFrom::Start(place))?;
    result.map(|()| bytes)
}
