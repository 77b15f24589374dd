//! `read_exact` alone cannot tell the two ends apart: both are `UnexpectedEof`. So the first read is one
//! of its own, and only what is missing after it has to come.

use std::io::{self, ErrorKind, Read};

/// The next record, or `None` where the stream ends.
pub fn next_record(reader: &mut impl Read) -> io::Result<Option<[u8; 8]>> {
    let mut record = [0; 8];
    let count = loop {
        match reader.read(&mut record) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            result => break result?,
        }
    };
    if count == 0 {
        return Ok(None);
    }
    reader.read_exact(&mut record[count..])?;
    Ok(Some(record))
}
