//! pread(2) takes the offset as an argument. It is all that several readers of one file need: no place, no
//! lock.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// The `length` bytes at `offset`.
pub fn window(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    file.read_exact_at(&mut bytes, offset)?;
    Ok(bytes)
}
