//! A directory is read entry by entry, in no promised order, and without `.` and `..`.
//!
//! The kernel fills a buffer with as many entries as fit, 32 KiB at once here; `read_dir` is an
//! iterator over it, so the first ten of a million cost one call. That is Go's `ReadDir(10)`; its
//! `os.ReadDir` reads all and sorts by name. The system itself promises no order, and `ls` sorts too.
//!
//! An entry holds a name, an inode number and most often the kind of the file, so nobody has to be
//! asked about each file. `.` and `..` are there, and std leaves them out.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/many", *O_DIRECTORY*) = $many
//! getdents64($many, *) = *
//! getdents64($many, *) = 0
//! openat(AT_FDCWD, "*/many/f1", *O_DIRECTORY*) = -1 ENOTDIR (Not a directory)
//! ```

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::Command;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let many = folder.path().join("many");
    fs::create_dir(&many)?;
    fs::create_dir(many.join("below"))?;
    for name in ["f1", "f2", "f3", ".hidden"] {
        fs::write(many.join(name), "")?;
    }

    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&many)? {
        let entry = entry?;
        println!("{:8} {:?}", entry.file_name().display(), entry.file_type()?);
        assert_eq!(entry.file_type()?.is_dir(), entry.file_name() == "below");
        names.insert(entry.file_name());
    }
    assert_eq!(names, ls(&many)?);

    let some: Vec<_> = fs::read_dir(&many)?.take(2).collect::<io::Result<_>>()?;
    println!("two of them: {some:?}");
    assert_eq!(some.len(), 2);
    assert!(some.iter().all(|entry| names.contains(&entry.file_name())));

    let refused = fs::read_dir(many.join("f1")).unwrap_err();
    println!("a file is no directory: {refused}");
    assert_eq!(refused.kind(), ErrorKind::NotADirectory);
    Ok(())
}

fn ls(directory: &Path) -> io::Result<BTreeSet<OsString>> {
    let output = Command::new("ls").arg("-A").arg(directory).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.lines().map(OsString::from).collect())
}
