//! What was taken for a look goes in front again: a slice is a reader, and `chain` puts it before the
//! rest. `take(2)` with `read_to_end` reads two bytes, or those that there are.

use std::io::{self, Cursor, Read};

use flate2::read::GzDecoder;

/// The text of `stream`, unpacked where it has to be.
pub fn open<'r>(mut stream: impl Read + 'r) -> io::Result<Box<dyn Read + 'r>> {
    let mut magic = Vec::new();
    stream.by_ref().take(2).read_to_end(&mut magic)?;
    let is_gzip = magic == [0x1f, 0x8b];
    let whole = Cursor::new(magic).chain(stream);
    Ok(if is_gzip {
        Box::new(GzDecoder::new(whole))
    } else {
        Box::new(whole)
    })
}
