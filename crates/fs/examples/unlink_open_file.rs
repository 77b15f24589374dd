//! Removing a file removes its name; the file lives on while somebody has it open.
//!
//! An inode is freed when two counts are zero: the links that lead to it, and the open files and
//! maps that use it. So a program may be replaced while it runs and a log be removed while it is
//! written to, and the disk stays full until the writer closes it: `df` and `du` then differ, and
//! `lsof +L1` shows who it is.
//!
//! A file that is removed as soon as it is open is the safest temporary file: no crash leaves it behind
//! and nobody else can open it. `tempfile::tempfile` goes one further, with Linux's `O_TMPFILE` it
//! has no name at any time. Windows refuses to remove what is open, unless all who opened it agreed.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = $file
//! write($file, "before", 6) = 6
//! unlink*(*"*/file"*) = 0
//! write($file, " and after", 10) = 10
//! openat(AT_FDCWD, "*/file", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = *
//! read($file, "before and after", *) = 16
//! ```

use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    let mut file = File::create_new(&path)?;
    file.write_all(b"before")?;
    assert_eq!(file.metadata()?.nlink(), 1);

    fs::remove_file(&path)?;
    file.write_all(b" and after")?;
    let metadata = file.metadata()?;
    println!(
        "removed: {} links, {} bytes",
        metadata.nlink(),
        metadata.len()
    );
    assert_eq!((metadata.nlink(), metadata.len()), (0, 16));

    let other = File::create_new(&path)?.metadata()?;
    println!(
        "inode {}; the new file of that name {}",
        metadata.ino(),
        other.ino()
    );
    assert_ne!(other.ino(), metadata.ino(), "the number is still taken");

    let mut text = String::new();
    file.rewind()?;
    file.read_to_string(&mut text)?;
    println!("its text: {text}");
    assert_eq!(text, "before and after");
    assert_eq!(fs::read(&path)?, b"");
    Ok(())
}
