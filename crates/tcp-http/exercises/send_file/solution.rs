//! `sendfile` has the kernel send from its own memory, and moves the file's offset as `read` does.
//!
//! What is sent is the page itself and no copy: who writes to the file while it is under way may
//! change what arrives. That is why `io::copy` does not use it for sockets.

use std::fs::File;
use std::io;
use std::net::TcpStream;

use nix::errno::Errno;
use nix::sys::sendfile::sendfile;

/// How much to ask for at once; the kernel may send less.
const MOST: usize = 1 << 30;

/// Sends what `file` has from its offset to its end; how many bytes that was.
pub fn send_file(file: &File, connection: &TcpStream) -> io::Result<u64> {
    let mut sent = 0;
    loop {
        match sendfile(connection, file, None, MOST) {
            Ok(0) => return Ok(sent),
            Ok(length) => sent += length as u64,
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
