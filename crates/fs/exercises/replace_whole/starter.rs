//! Gives a file a new content so that a crash leaves the old or the new, whole.
//!
//! `replace` gives the file at `path` a new content and its old mode; a missing file is made. The
//! version below empties the file first and then writes. Who reads meanwhile, or after a crash,
//! finds less than either.
//!
//! The way: write another file in the same folder, bring it to the disk, give it the name, and
//! bring the folder to the disk. When that fails nothing may be left behind.
//!
//! Checked: the content, what a reader of the old file sees, the mode, what is in the folder; and
//! on Linux the calls, in their order.
//!
//! Lesson: fs/journal

use std::path::Path;
use std::{fs, io};

/// Makes `bytes` the content of the file at `path`.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(path, bytes)
}
