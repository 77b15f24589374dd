//! `read_exact` into an array of the header's size asks for so much and no more. A file that ends
//! sooner is an answer (it is no program), and not a failure; every other error is one.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The machine's number in the header.
pub fn machine(path: &Path) -> io::Result<Option<u16>> {
    let mut header = [0; 64];
    match File::open(path)?.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
        read => read?,
    }
    let field = [header[18], header[19]];
    Ok(match (&header[..4], header[5]) {
        (b"\x7fELF", 1) => Some(u16::from_le_bytes(field)),
        (b"\x7fELF", 2) => Some(u16::from_be_bytes(field)),
        _ => None,
    })
}
