//! Reads messages that begin with their length, wherever TCP cuts them.
//!
//! A message is a length of four bytes, highest first, and so many bytes. `receive` returns the
//! next message, or `None` when the connection ends where a message could begin. An end anywhere
//! else is an error (`UnexpectedEof`), and so is a length above `LIMIT` (`InvalidData`), which is
//! refused before memory is made for it. The version below believes that one read is one message.
//!
//! Checked over TCP: messages that come byte by byte, in pieces and all at once, ends, a length too
//! large, no length at all.
//!
//! Lesson: tcp-http/tcp-is-bytes

use std::io::{self, Read};

/// The longest message that is taken.
pub const LIMIT: usize = 65536;

/// The next message; `None` when there is no more.
pub fn receive(connection: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = [0; 4];
    if connection.read(&mut header)? == 0 {
        return Ok(None);
    }
    let length = u32::from_be_bytes(header) as usize;
    let mut message = vec![0; length.min(LIMIT)];
    let length = connection.read(&mut message)?;
    message.truncate(length);
    Ok(Some(message))
}
