//! The answer to one `statx` is the whole inode: kind, length and times stand in it side by side.
//!
//! It is also the only way to get answers that belong together. Between two calls somebody may
//! write to the file, or put another one in its place.

use std::path::Path;
use std::time::SystemTime;
use std::{fs, io};

/// What is known of a file.
pub struct Description {
    /// It is a folder.
    pub folder: bool,
    /// In bytes.
    pub length: u64,
    /// When its content was written last.
    pub changed: SystemTime,
}

/// Describes the file that `path` leads to.
pub fn describe(path: &Path) -> io::Result<Description> {
    let metadata = fs::metadata(path)?;
    Ok(Description {
        folder: metadata.is_dir(),
        length: metadata.len(),
        changed: metadata.modified()?,
    })
}
