//! Only standard output is replaced by a pipe. `Command::output` does more than that: it takes the
//! errors as well, and gives an empty input; so both have to be said. And POSIX says "newlines": a
//! shell never strips blanks here, that is left to the splitting of unquoted words.

use std::io;
use std::process::{Command, Stdio};

/// What a shell puts in place of `$(command)`.
pub fn substitute(command: &str) -> io::Result<String> {
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.trim_end_matches('\n').to_owned())
}
