//! Lists the folders in a folder without asking about each entry.
//!
//! `folders` returns the names of the folders in a folder, in order. A link to a folder is not one.
//! The version below asks the kernel about each entry, although the list that it read says of each
//! what it is.
//!
//! Checked: folders, files, links to both, a missing folder; and on Linux that no entry was asked
//! about.
//!
//! Lesson: fs/list-directory

use std::ffi::OsString;
use std::path::Path;
use std::{fs, io};

/// The names of the folders in `folder`, in order.
pub fn folders(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if fs::symlink_metadata(&path)?.is_dir() {
            names.extend(path.file_name().map(OsString::from));
        }
    }
    names.sort();
    Ok(names)
}
