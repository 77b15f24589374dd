//! Hands an open file to another process, and not just its number.
//!
//! `send` gives a file to whoever has the other end of a connection, and `receive` takes it. The
//! version below sends the descriptor's number. But the number means something only in the table of
//! the process that has it open, and only while it does.
//!
//! Checked: a file without a name that the sender has closed meanwhile, the offset that both share,
//! an end without a file; and on Linux what the message holds.
//!
//! Lesson: uds/uds-pass-fd

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

/// Gives `file` to the other end.
pub fn send(mut connection: &UnixStream, file: &File) -> io::Result<()> {
    connection.write_all(&file.as_raw_fd().to_ne_bytes())
}

/// Takes a file from the other end.
pub fn receive(mut connection: &UnixStream) -> io::Result<File> {
    let mut number = [0; 4];
    connection.read_exact(&mut number)?;
    File::open(format!("/dev/fd/{}", i32::from_ne_bytes(number)))
}
