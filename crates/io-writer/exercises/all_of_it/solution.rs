//! The loop that std's `write_all` is. What is left is a slice that gets shorter, so there is no
//! index to get wrong, and each way for a call to come back has its line.

use std::io::{self, ErrorKind, Write};

/// Writes all of `bytes`.
pub fn write_all(sink: &mut impl Write, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match sink.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => bytes = &bytes[taken..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
