//! A directory maps names to inode numbers; the file knows its number, and no name.
//!
//! All that `stat` tells is in the inode; the name is in the directory, beside the number. So a
//! rename changes the directory and leaves the inode as it is, while a copy is another inode. An
//! editor that saves by writing a new file and renaming it puts another inode behind the same name:
//! what watches or locks the inode is left with the old one.
//!
//! The number comes with the listing (`d_ino`), so `ls -i` need not ask about each file. It belongs
//! to the directory's filesystem: at a mount point it is the covered directory's.
//!
//! ```syscalls
//! getdents64(*) = *
//! rename*(*"*/file"*, *"*/renamed"*) = 0
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::{DirEntryExt, MetadataExt};
use std::path::Path;
use std::process::Command;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, copy, renamed] = ["file", "copy", "renamed"].map(|name| folder.path().join(name));
    fs::write(&file, "text")?;
    fs::copy(&file, &copy)?;

    let before = inodes(folder.path())?;
    println!("before: {before:?}");
    assert_eq!(before["file"], fs::metadata(&file)?.ino());
    assert_eq!(before["copy"], fs::metadata(&copy)?.ino());
    assert_ne!(before["file"], before["copy"]);
    assert_eq!(before, ls(folder.path())?);

    fs::rename(&file, &renamed)?;
    let after = inodes(folder.path())?;
    println!("after:  {after:?}");
    assert_eq!(after["renamed"], before["file"]);
    assert_eq!(after["copy"], before["copy"]);
    Ok(())
}

/// What the directory holds; no file in it is asked.
fn inodes(directory: &Path) -> io::Result<BTreeMap<String, u64>> {
    let pair = |entry: fs::DirEntry| (entry.file_name().display().to_string(), entry.ino());
    fs::read_dir(directory)?
        .map(|entry| entry.map(pair))
        .collect()
}

fn ls(directory: &Path) -> io::Result<BTreeMap<String, u64>> {
    let output = Command::new("ls").arg("-i").arg(directory).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let pair = |line: &str| {
        let (number, name) = line.trim().split_once(' ')?;
        Some((name.to_owned(), number.parse().ok()?))
    };
    Ok(text.lines().filter_map(pair).collect())
}
