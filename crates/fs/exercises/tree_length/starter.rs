//! Adds up how long the files of a tree are, each of them once.
//!
//! `length` is the sum of the lengths of all regular files below a folder, in bytes. A file with
//! two names in the tree counts once. Symbolic links are not followed, and do not count. The
//! version below follows them, round in circles too, and counts names instead of files.
//!
//! Checked: folders in folders, a hard link, links to a file and to a folder outside, a link in a
//! circle.
//!
//! Lesson: fs/links

use std::path::Path;
use std::{fs, io};

/// The length of all files below `folder` together.
pub fn length(folder: &Path) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let metadata = fs::metadata(&path)?;
        if metadata.is_dir() {
            sum += length(&path)?;
        } else if metadata.is_file() {
            sum += metadata.len();
        }
    }
    Ok(sum)
}
