//! `DirEntry::metadata` does not follow a link; a set of inodes knows which files were counted.
//!
//! Only files with more than one name need to be remembered, which keeps the set small.

use std::collections::HashSet;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::{fs, io};

/// The length of all files below `folder` together.
pub fn length(folder: &Path) -> io::Result<u64> {
    add_up(folder, &mut HashSet::new())
}

/// The length of the files that are not yet among `counted`, which are known by device and inode.
fn add_up(folder: &Path, counted: &mut HashSet<(u64, u64)>) -> io::Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if metadata.is_dir() {
            sum += add_up(&entry.path(), counted)?;
        } else if metadata.is_file() {
            let inode = (metadata.dev(), metadata.ino());
            if metadata.nlink() == 1 || counted.insert(inode) {
                sum += metadata.len();
            }
        }
    }
    Ok(sum)
}
