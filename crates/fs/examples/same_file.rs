//! Two paths lead to the same file when device and inode number are equal; the text says nothing.
//!
//! An inode number is unique within its filesystem, so the device belongs to it. Go's `os.SameFile`
//! compares the same two numbers. `cp` asks before it empties its own source, `grep` before it reads
//! what it writes.
//!
//! A number says who the file is only as long as the file exists: after the last link and the last
//! descriptor are gone it is given to another one. To be sure, keep both files open while you
//! compare, and compare the open files.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", O_RDONLY|O_CLOEXEC) = $one
//! openat(AT_FDCWD, "*/hard", O_RDONLY|O_CLOEXEC) = $other
//! statx($one, *) = 0
//! statx($other, *) = 0
//! ```

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, hard, copy, soft] =
        ["file", "hard", "copy", "soft"].map(|name| folder.path().join(name));
    fs::write(&file, "the same text")?;
    fs::hard_link(&file, &hard)?;
    fs::copy(&file, &copy)?;
    symlink(&file, &soft)?;
    let detour = folder.path().join("./file");

    for (path, expected) in [
        (&hard, true),
        (&copy, false),
        (&soft, true),
        (&detour, true),
    ] {
        let same = same_file(&file, path)?;
        println!("file and {}: {same}", path.file_name().unwrap().display());
        assert_eq!(same, expected, "{}", path.display());
    }

    let link_itself = identity(&fs::symlink_metadata(&soft)?);
    assert_ne!(link_itself, identity(&fs::metadata(&soft)?));
    println!("the symbolic link itself is a file of its own");
    Ok(())
}

fn same_file(one: &Path, other: &Path) -> io::Result<bool> {
    let (one, other) = (File::open(one)?, File::open(other)?);
    Ok(identity(&one.metadata()?) == identity(&other.metadata()?))
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}
