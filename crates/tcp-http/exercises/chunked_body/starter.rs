//! Reads a chunked body up to its end, and not a byte more or less.
//!
//! A chunk is a line with its size in hexadecimal (what stands behind a `;` is passed over), so
//! many bytes, and `\r\n`. A chunk of size 0 is the last: behind it come lines up to an empty one
//! (RFC 9112, section 7.1). A body that is cut, a size that is none, or one above `LIMIT` is an
//! error. The version below takes all that it does not understand for the end.
//!
//! Checked: bodies of several chunks, what comes after a body, all kinds of cuts, bad sizes.
//!
//! Lesson: tcp-http/chunked-client

use std::io::{self, BufRead};

/// The largest chunk that is taken.
pub const LIMIT: usize = 1 << 20;

/// The body that `reader` is at the start of.
pub fn read_chunked(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let size = usize::from_str_radix(line.trim_end(), 16).unwrap_or(0);
        if size == 0 {
            return Ok(body);
        }
        let mut chunk = vec![0; size.min(LIMIT)];
        reader.read_exact(&mut chunk)?;
        body.extend_from_slice(&chunk);
    }
}
