//! Only `EAGAIN` says that the pipe is empty now, so that the next byte will be news.
//!
//! A short read does not say it: between it and the next call something may have come. With level
//! triggering one read for each report would do.

use std::io::{self, ErrorKind, PipeReader, Read};

/// Appends what `pipe` has to `taken`; whether more can come.
pub fn take(pipe: &mut PipeReader, taken: &mut Vec<u8>) -> io::Result<bool> {
    let mut buffer = [0; 1024];
    loop {
        match pipe.read(&mut buffer) {
            Ok(0) => return Ok(false),
            Ok(length) => taken.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
