//! Copies a sparse file with its holes, and writes no zeros.
//!
//! Linux only: where APFS makes holes is its own decision, so the result cannot be checked on macOS.
//!
//! `copy` copies all of one file to an empty one. The copy reads the same and takes no more room:
//! what is a hole in the one is a hole in the other. The version below reads the holes as zeros,
//! which they look like, and writes these.
//!
//! Checked: the content, the length, the room that the copy takes, files without holes and of
//! nothing but a hole, and that no zeros were written.
//!
//! Lesson: fs/sparse-file

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

/// Copies all of `from` into `to`, which is empty.
pub fn copy(from: &File, to: &File) -> io::Result<()> {
    let mut buffer = vec![0; 65536];
    let mut at = 0;
    loop {
        let length = from.read_at(&mut buffer, at)?;
        if length == 0 {
            return Ok(());
        }
        to.write_all_at(&buffer[..length], at)?;
        at += length as u64;
    }
}
