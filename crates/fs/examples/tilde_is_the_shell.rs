//! To the kernel `~` is a file name like any other: `open("~/notes")` finds nothing.
//!
//! The shell replaces an unquoted `~` before the program starts, so it seems to work until the path
//! comes from a settings file, a prompt, or between quotes. Then the program has to do it: `~` is HOME,
//! `~user` the home directory in the user database. Neither std nor Go's library does.
//!
//! Worse than "not found": a program that creates its folders makes one with the name `~`, and whoever
//! removes that in a shell had better quote it.
//!
//! ```syscalls
//! openat(AT_FDCWD, "~/notes of nobody", O_RDONLY|*) = -1 ENOENT (*)
//! ```

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::ffi::OsStrExt;
use std::process::Command;

use ::fs::path::{Lossy, clean, home_directory, tilde};

/// What the shell hands to a program for an unquoted `path`.
fn by_shell(path: &str, home: &[u8]) -> io::Result<Vec<u8>> {
    let output = Command::new("sh")
        .args(["-c", &format!("printf %s {path}")])
        .env("HOME", OsStr::from_bytes(home))
        .output()?;
    Ok(output.stdout)
}

fn main() -> io::Result<()> {
    let missing = File::open("~/notes of nobody").unwrap_err();
    println!("open ~/notes of nobody: {missing}");
    assert_eq!(missing.kind(), ErrorKind::NotFound);

    let folder = tempfile::tempdir()?;
    fs::create_dir_all(folder.path().join("~/notes"))?;
    let made: Vec<_> = fs::read_dir(folder.path())?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<io::Result<_>>()?;
    println!("create_dir_all ~/notes made {made:?}");
    assert_eq!(made, ["~"]);

    let home = home_directory(None).ok_or(ErrorKind::NotFound)?;
    for path in [
        "~",
        "~/notes",
        "~root/notes",
        "~no_such_user/notes",
        "notes/~",
    ] {
        let ours = tilde(path.as_bytes());
        println!("{path:<20}{}", Lossy(&ours));
        // Cleaned, since the home "/" is "//notes" to some shells.
        assert_eq!(clean(&ours), clean(&by_shell(path, &home)?), "{path}");
    }
    assert_eq!(*tilde(b"~"), home);
    assert_ne!(tilde(b"~root"), &b"~root"[..]);
    Ok(())
}
