//! `2>&1` is a `dup`: both descriptors lead to one open file, which has one offset. Two opens are two
//! offsets, both begin at 0, and each writes over what the other wrote. (With O_APPEND two opens would
//! do, since every write goes to the end; that is `>>log 2>>log`.)

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// How `sh -c script >log 2>&1` ends.
pub fn run_logged(script: &str, log: &Path) -> io::Result<ExitStatus> {
    let output = File::create(log)?;
    let errors = output.try_clone()?;
    Command::new("sh")
        .args(["-c", script])
        .stdout(output)
        .stderr(errors)
        .status()
}
