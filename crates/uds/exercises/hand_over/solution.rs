//! With `SCM_RIGHTS` the kernel puts the open file into the message, and into the receiver's table.
//!
//! While it is on its way the message keeps it open. A byte has to go with it, since an empty
//! message on a stream does not exist.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use uds::descriptors;

/// Gives `file` to the other end.
pub fn send(connection: &UnixStream, file: &File) -> io::Result<()> {
    descriptors::send(connection, b"f", &[file.as_fd()]).map_err(io::Error::other)
}

/// Takes a file from the other end.
pub fn receive(connection: &UnixStream) -> io::Result<File> {
    let received = descriptors::receive(connection, &mut [0; 1], 1).map_err(io::Error::other)?;
    let file = received.descriptors.into_iter().next();
    file.map(File::from)
        .ok_or_else(|| ErrorKind::UnexpectedEof.into())
}
