//! With `O_APPEND` the kernel moves to the end and writes in one step, under the file's lock.
//!
//! Each write lands behind the others, so a line has to be one write.

use std::fs::File;
use std::io;
use std::path::Path;

/// The log at `path`, to which each write adds.
pub fn open_log(path: &Path) -> io::Result<File> {
    File::options().append(true).create(true).open(path)
}
