//! Read permission of a directory shows the names; execute permission lets you reach the files.
//!
//! A directory is a list of names and inode numbers. `r` is the right to read the list. `x`, here
//! called *search*, is the right to look a name up and go on from there; it is asked for each
//! directory along a path, `r` for none. So a directory with `x` alone lets in whoever knows the name,
//! and one with `r` alone shows names of files that cannot be reached, `ls -l` with question marks.
//!
//! To create and remove files takes `w` and `x` of the directory, and no permission of the file.
//! None of this binds root. The lesson steps down to another user when it is started as root.
//!
//! ```syscalls
//! openat(AT_FDCWD, "list", *O_DIRECTORY*) = *
//! statx(AT_FDCWD, "list/file", *) = -1 EACCES (Permission denied)
//! openat(AT_FDCWD, "search", *O_DIRECTORY*) = -1 EACCES (Permission denied)
//! statx(AT_FDCWD, "search/file", *) = 0
//! ```

use std::env;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{PermissionsExt, chown};

use nix::unistd::{Uid, geteuid, seteuid};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    // With names relative to here, nobody has to be let through the directories above.
    env::set_current_dir(&folder)?;
    let root = geteuid();
    let user = if root.is_root() {
        Uid::from_raw(1000)
    } else {
        root
    };
    chown(".", Some(user.as_raw()), None)?;
    seteuid(user)?;

    for (name, mode) in [("list", 0o400), ("search", 0o100)] {
        fs::create_dir(name)?;
        fs::write(format!("{name}/file"), "")?;
        fs::set_permissions(name, Permissions::from_mode(mode))?;
    }

    println!("r-- names: {:?}", names("list"));
    println!(
        "r-- stat:  {:?}",
        fs::metadata("list/file").map(|file| file.len())
    );
    assert_eq!(names("list")?, ["file"]);
    assert_eq!(
        denied(fs::metadata("list/file")),
        ErrorKind::PermissionDenied
    );

    println!("--x names: {:?}", names("search"));
    println!(
        "--x stat:  {:?}",
        fs::metadata("search/file").map(|file| file.len())
    );
    assert_eq!(denied(names("search")), ErrorKind::PermissionDenied);
    assert_eq!(fs::metadata("search/file")?.len(), 0);
    let no_write = denied(fs::remove_file("search/file"));
    assert_eq!(no_write, ErrorKind::PermissionDenied);

    // So that what is below can be removed with the folder.
    for name in ["list", "search"] {
        fs::set_permissions(name, Permissions::from_mode(0o700))?;
    }
    seteuid(root)?;
    Ok(())
}

fn names(directory: &str) -> io::Result<Vec<String>> {
    let name = |entry: fs::DirEntry| entry.file_name().display().to_string();
    fs::read_dir(directory)?
        .map(|entry| entry.map(name))
        .collect()
}

fn denied<T>(outcome: io::Result<T>) -> ErrorKind {
    outcome.err().map_or(ErrorKind::Other, |error| error.kind())
}
