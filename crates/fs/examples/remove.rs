//! A directory can be removed when it is empty; a tree is removed entry by entry, from the leaves.
//!
//! There are two calls, one for directories and one for all else, and neither does the other's work.
//! Go's `os.Remove` tries both; Rust has `remove_file` and `remove_dir`. No call removes a tree:
//! `remove_dir_all` lists it and removes what it finds. It goes by directory descriptors and refuses
//! to follow links. With paths it could be tricked: somebody replaces a directory by a link between
//! the look and the removal, and files elsewhere are deleted (CVE-2022-21658).
//!
//! A directory given to `remove_file` is `EISDIR` on Linux, `EPERM` on macOS, as POSIX has it.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/full", *O_NOFOLLOW*) = $full
//! unlinkat($full, "*", 0) = 0
//! ```

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::symlink;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, empty, full, outside] =
        ["file", "empty", "full", "outside"].map(|name| folder.path().join(name));
    fs::write(&file, "")?;
    fs::create_dir(&empty)?;
    fs::create_dir(&full)?;
    fs::create_dir(&outside)?;
    fs::write(full.join("inside"), "")?;
    fs::write(outside.join("precious"), "")?;
    symlink(&outside, full.join("way-out"))?;

    let not_empty = fs::remove_dir(&full).unwrap_err();
    println!("remove_dir full:     {not_empty}");
    assert_eq!(not_empty.kind(), ErrorKind::DirectoryNotEmpty);
    let no_directory = fs::remove_dir(&file).unwrap_err();
    println!("remove_dir file:     {no_directory}");
    assert_eq!(no_directory.kind(), ErrorKind::NotADirectory);
    let a_directory = fs::remove_file(&empty).unwrap_err();
    println!("remove_file empty:   {a_directory}");
    assert!(empty.is_dir());

    fs::remove_file(&file)?;
    fs::remove_dir(&empty)?;
    fs::remove_dir_all(&full)?;
    println!("remove_dir_all full: gone");
    assert!(!file.exists() && !empty.exists() && !full.exists());
    assert!(
        outside.join("precious").exists(),
        "the link was removed, not what it leads to"
    );
    Ok(())
}
