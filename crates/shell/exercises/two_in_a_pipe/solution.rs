//! The pipe's ends go to the children, and ours are closed as soon as both have theirs: a reading end
//! that we keep would hold `left` up for ever, a writing end `right`. A `Command` keeps what it is
//! given as long as it lives, so the ends are taken back from it by giving it something else.

use std::io;
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
    let (reader, writer) = io::pipe()?;
    let started = left.stdout(writer).spawn();
    left.stdout(Stdio::null());
    let mut left = started?;
    let started = right.stdin(reader).stdout(Stdio::piped()).spawn();
    right.stdin(Stdio::null());
    let right = started?.wait_with_output()?;
    Ok(Ended {
        output: String::from_utf8_lossy(&right.stdout).into_owned(),
        left: left.wait()?,
        right: right.status,
    })
}
