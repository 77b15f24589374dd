//! Asks the kernel once about a file, and not once for each thing that it tells.
//!
//! `describe` says whether a path leads to a folder, how long the file is, and when it was changed.
//! It asks three times, and each time the kernel tells all of it. Make it one call, with the same
//! answers.
//!
//! Checked: the answers for a file, a folder and a path that leads nowhere; and on Linux that for
//! the file there is one `statx`.
//!
//! Lesson: syscalls/syscall-counts

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
    Ok(Description {
        folder: path.is_dir(),
        length: fs::metadata(path)?.len(),
        changed: fs::metadata(path)?.modified()?,
    })
}
