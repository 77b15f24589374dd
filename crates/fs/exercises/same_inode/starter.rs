//! Tells whether two paths lead to the same file.
//!
//! `same_file` follows symbolic links, and does not care how a path is written. The version below
//! makes both paths canonical and compares the text. But a file can have two names that are equally
//! good.
//!
//! Checked: one path written in two ways, a symbolic link, a hard link, two files of the same
//! content, a missing file.
//!
//! Lesson: fs/same-file

use std::io;
use std::path::Path;

/// Whether `one` and `other` lead to the same file.
pub fn same_file(one: &Path, other: &Path) -> io::Result<bool> {
    Ok(one.canonicalize()? == other.canonicalize()?)
}
