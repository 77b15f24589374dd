//! The number is arranged in the child, between its birth and `execve(2)`: `dup2` makes a descriptor 3
//! without the mark, and the original goes at the exec as always. The parent never has an unmarked one,
//! so no other thread can leak it.

use std::fs::File;
use std::os::fd::AsFd;

use process::exit::Status;
use process::spawn::Spawn;

/// How `sh -c script` ends, with `file` as its descriptor 3.
pub fn run(script: &str, file: &File) -> anyhow::Result<Status> {
    let mut child = Spawn::new("/bin/sh")
        .args(["-c", script])
        .fd(3, file.as_fd())
        .spawn()?;
    Ok(child.wait()?)
}
