//! Sends a command's output and its errors into one file, as `command >log 2>&1` does.
//!
//! `run_logged` runs `sh -c script`; what it writes to descriptors 1 and 2 is in `log` afterwards, in
//! the order in which it was written. What was in the file before is gone.
//!
//! Checked: the file's content, and on Linux the calls.
//!
//! Lesson: shell/redirect

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus};

/// How `sh -c script >log 2>&1` ends.
pub fn run_logged(script: &str, log: &Path) -> io::Result<ExitStatus> {
    Command::new("sh")
        .args(["-c", script])
        .stdout(File::create(log)?)
        .stderr(File::create(log)?)
        .status()
}
