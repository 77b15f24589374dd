//! Do it, and look at the error: only `NotFound` means that there is no file.
//!
//! A question before is one call more, and its answer is old when the file is opened: it may have
//! been removed since. `exists` also calls a file missing when it merely could not find out.

use std::io::ErrorKind;
use std::path::Path;
use std::{fs, io};

/// The text of the file at `path`; `None` when there is none.
pub fn settings(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
