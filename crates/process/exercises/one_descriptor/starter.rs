//! Hands one open file to a child as its descriptor 3, and leaves no other trace.
//!
//! `run` runs `sh -c script`. In the script descriptor 3 is `file`; the script has no further
//! descriptor from 4 on. Nothing changes in your own process: a file that you have opened stays marked
//! close-on-exec, and a program that somebody else starts meanwhile does not get it.
//!
//! The version below takes the mark away in the parent.
//!
//! Checked: what the script finds, what another child finds, and on Linux the calls.
//!
//! Lesson: process/cloexec

use std::fs::File;
use std::os::fd::AsRawFd;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use process::exit::Status;
use process::spawn::Spawn;

/// How `sh -c script` ends, with `file` as its descriptor 3.
pub fn run(script: &str, file: &File) -> anyhow::Result<Status> {
    fcntl(file, FcntlArg::F_SETFD(FdFlag::empty()))?;
    let script = format!("exec 3<&{}; {script}", file.as_raw_fd());
    let mut child = Spawn::new("/bin/sh").args(["-c", &script]).spawn()?;
    Ok(child.wait()?)
}
