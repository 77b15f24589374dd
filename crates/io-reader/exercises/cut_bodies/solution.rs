//! `take` and `read_to_end` grow the body as bytes come, so that a peer who lies costs what it sends and
//! not what it says. They take an early end for an end, so the length has to be compared.

use std::io::{self, ErrorKind, Read};

/// The body of the next message.
pub fn read_body(stream: &mut impl Read, limit: u32) -> io::Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > limit {
        let text = format!("a body of {length} bytes; at most {limit} are taken");
        return Err(io::Error::new(ErrorKind::InvalidData, text));
    }
    let mut body = Vec::new();
    let read = stream.take(length.into()).read_to_end(&mut body)?;
    if read < length as usize {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(body)
}
