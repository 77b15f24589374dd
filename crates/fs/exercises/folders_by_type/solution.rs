//! `getdents64` brings a type with each name; `DirEntry::file_type` reads it where it is.
//!
//! On the few filesystems that do not know the type, std asks for the entry after all.

use std::ffi::OsString;
use std::path::Path;
use std::{fs, io};

/// The names of the folders in `folder`, in order.
pub fn folders(folder: &Path) -> io::Result<Vec<OsString>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name());
        }
    }
    names.sort();
    Ok(names)
}
