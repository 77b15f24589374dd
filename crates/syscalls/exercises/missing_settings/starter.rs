//! A missing settings file is no error, and any other failure is one.
//!
//! `settings` returns the text of a settings file, or `None` when there is no such file. Whatever
//! else goes wrong is the user's to know, and comes back as an error. The version below asks first,
//! and takes any kind of "no" for an answer.
//!
//! Checked: a file, a missing file, a folder in the file's place, a name that is too long, a link
//! that leads to itself; and on Linux that the missing file was opened at once, without a question
//! before.
//!
//! Lesson: syscalls/not-found-compare

use std::path::Path;
use std::{fs, io};

/// The text of the file at `path`; `None` when there is none.
pub fn settings(path: &Path) -> io::Result<Option<String>> {
    if path.exists() {
        Ok(Some(fs::read_to_string(path)?))
    } else {
        Ok(None)
    }
}
