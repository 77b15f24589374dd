//! Runs `left | right`: both at the same time, with a pipe between them.
//!
//! `pipe` returns what `right` prints, and how each of the two ended. They run together: when `right`
//! has seen enough and ends (`head -n 1`), `left` is told by SIGPIPE with its next write. So nobody but
//! `right` may have the pipe's reading end open, and nobody but `left` the writing one.
//!
//! Checked: output and both statuses; on Linux who gets the ends of the pipe.
//!
//! Lesson: shell/pipeline

use std::io::{self, Write};
use std::process::{Command, ExitStatus, Stdio};

/// How a pipeline of two ended.
pub struct Ended {
    /// What the right command printed.
    pub output: String,
    /// How the left one ended.
    pub left: ExitStatus,
    /// How the right one ended.
    pub right: ExitStatus,
}

/// Runs `left | right`.
pub fn pipe(left: &mut Command, right: &mut Command) -> io::Result<Ended> {
    let left = left.stderr(Stdio::inherit()).output()?;
    let mut right = right.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = right.stdin.take().expect("it is a pipe");
    // The right command may have read enough.
    let _ = input.write_all(&left.stdout);
    drop(input);
    let right = right.wait_with_output()?;
    Ok(Ended {
        output: String::from_utf8_lossy(&right.stdout).into_owned(),
        left: left.status,
        right: right.status,
    })
}
