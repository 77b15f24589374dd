//! A hard link is one more name for the inode; a symbolic link is a file that holds a path.
//!
//! All hard links of a file are equal: there is no original and no copy, and the file lives until
//! the last is removed. A symbolic link is looked up anew each time, from the directory the link is in,
//! so it may lead across filesystems, to a directory, or nowhere. `lstat` and `readlink` look at
//! the link, nearly all else goes through it.
//!
//! Directories have no hard links but `.` and `..`: a loop could never be removed. Go has the same
//! three, `os.Link`, `os.Symlink`, `os.Readlink`.
//!
//! ```syscalls
//! linkat(AT_FDCWD, "*/file", AT_FDCWD, "*/hard", 0) = 0
//! symlink*("file", *"*/soft") = 0
//! readlink*(*"*/soft", "file", *) = 4
//! openat(AT_FDCWD, "*/dangling", *) = -1 ENOENT (No such file or directory)
//! openat(AT_FDCWD, "*/circle", *) = -1 ELOOP (Too many levels of symbolic links)
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;

use nix::libc;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, hard, soft, dangling, circle] =
        ["file", "hard", "soft", "dangling", "circle"].map(|name| folder.path().join(name));
    fs::write(&file, "text")?;

    fs::hard_link(&file, &hard)?;
    let (one, other) = (fs::metadata(&file)?, fs::metadata(&hard)?);
    println!("hard: inode {}, {} links", other.ino(), other.nlink());
    assert_eq!(one.ino(), other.ino());
    assert_eq!((one.nlink(), other.nlink()), (2, 2));

    symlink("file", &soft)?;
    println!("soft: leads to {}", fs::read_link(&soft)?.display());
    assert_eq!(fs::read_link(&soft)?, Path::new("file"));
    assert_eq!(fs::read(&soft)?, b"text");
    assert_eq!(fs::metadata(&file)?.nlink(), 2, "not counted as a link");

    symlink("nowhere", &dangling)?;
    let nothing = File::open(&dangling).unwrap_err();
    println!("dangling: {nothing}");
    assert_eq!(nothing.kind(), ErrorKind::NotFound);
    assert!(fs::symlink_metadata(&dangling)?.is_symlink());
    assert!(!dangling.exists(), "`exists` goes through the link");

    symlink("circle", &circle)?;
    let endless = File::open(&circle).unwrap_err();
    println!("circle: {endless}");
    assert_eq!(endless.raw_os_error(), Some(libc::ELOOP));

    let refused = fs::hard_link(folder.path(), folder.path().join("me")).unwrap_err();
    println!("hard link to a directory: {refused}");
    assert_eq!(refused.raw_os_error(), Some(libc::EPERM));
    Ok(())
}
