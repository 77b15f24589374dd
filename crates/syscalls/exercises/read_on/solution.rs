//! `EINTR` says that nothing has happened, so the read is made again; other errors come back.
//!
//! std's own loops (`read_exact`, `read_to_end`, `write_all`) do the same. Who writes a loop over
//! `read` has to do it himself.

use std::io::{self, ErrorKind, Read};

/// Reads into `buffer` until it is full or `reader` ends; how much there was.
pub fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match reader.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
