//! Gives a client so much time for its whole request, and not for each byte.
//!
//! `read_head` reads from a client until what has come contains an empty line (`\r\n\r\n`), and
//! returns all of it. When that takes longer than `limit` it fails with `ErrorKind::TimedOut` or
//! `WouldBlock`. The version below gives each read the whole time, so that a client that sends a
//! byte now and then stays for ever.
//!
//! Checked: a request in pieces, a silent client, one that drips, one that ends too early.
//!
//! Lesson: tcp-http/read-deadline

use std::io::{self, ErrorKind, Read};
use std::net::TcpStream;
use std::time::Duration;

/// What `client` sends up to the empty line, and perhaps a bit more.
pub fn read_head(mut client: &TcpStream, limit: Duration) -> io::Result<Vec<u8>> {
    client.set_read_timeout(Some(limit))?;
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    while !head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match client.read(&mut buffer)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            length => head.extend_from_slice(&buffer[..length]),
        }
    }
    Ok(head)
}
