//! `write!` calls the sink for each piece of the format, and a `File` has no buffer: seven pieces,
//! seven calls. Formatted in memory first, the record is one slice.
//!
//! `write_all` could still need a second call after a short write. For a regular file that means a
//! full disk, where the next call fails.

use std::fs::File;
use std::io::{self, Write};

/// Appends `time level: text` and a newline.
pub fn record(log: &mut File, time: u64, level: &str, text: &str) -> io::Result<()> {
    let record = format!("{time} {level}: {text}\n");
    log.write_all(record.as_bytes())
}
