//! Reading goes on until all is there; the end is an error unless nothing has come before it.
//!
//! `read_exact` cannot tell these two ends apart, so the header is read by `take` and
//! `read_to_end`, which return what there was.

use std::io::{self, ErrorKind, Read};

/// The longest message that is taken.
pub const LIMIT: usize = 65536;

/// The next message; `None` when there is no more.
pub fn receive(connection: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut header = Vec::with_capacity(4);
    connection.by_ref().take(4).read_to_end(&mut header)?;
    let header: [u8; 4] = match header.try_into() {
        Ok(header) => header,
        Err(cut) if cut.is_empty() => return Ok(None),
        Err(_) => return Err(ErrorKind::UnexpectedEof.into()),
    };
    let length = u32::from_be_bytes(header) as usize;
    if length > LIMIT {
        let text = format!("a message of {length} bytes; at most {LIMIT} are taken");
        return Err(io::Error::new(ErrorKind::InvalidData, text));
    }
    let mut message = vec![0; length];
    connection.read_exact(&mut message)?;
    Ok(Some(message))
}
