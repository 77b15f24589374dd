//! Finds out which process has connected, without believing what it says.
//!
//! `process_of` returns the number of the process at the other end. The version below has the
//! client send it, as four bytes. A client can send what it likes.
//!
//! Checked with a client that is another process, and lies; and on Linux that the kernel was asked.
//!
//! Lesson: uds/uds-peer-credentials

use std::io::{self, Read};
use std::os::unix::net::UnixStream;

/// The number of the process that has connected.
pub fn process_of(mut client: &UnixStream) -> io::Result<u32> {
    let mut number = [0; 4];
    client.read_exact(&mut number)?;
    Ok(u32::from_ne_bytes(number))
}
