//! A mode is three octal digits, for owner, group and others: 4 read, 2 write, 1 execute.
//!
//! A program asks for 0666 when it creates a file, 0777 for a directory, and the process's *umask*
//! takes bits away: with 022 there remain 0644 and 0755. The program says what makes sense for the
//! file, the user what others may do. The umask works on creation alone: `chmod` sets just
//! what it is told.
//!
//! A fourth digit stands before them: 4 set-user-id, 2 set-group-id, 1 sticky, as in the 1777 of
//! `/tmp`. In Go's `os.FileMode` those bits are elsewhere in the word, and `0o1777` there is not
//! what it looks like. Unlike C and Go, Rust has only `0o22`; its `022` is twenty-two.
//!
//! ```syscalls
//! umask(022) = *
//! openat(AT_FDCWD, "*/file", *, 0666) = *
//! mkdir*(*"*/directory", 0777) = 0
//! openat(AT_FDCWD, "*/key", *, 0600) = *
//! ```

use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use nix::sys::stat::{Mode, umask};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let [file, directory, key] = ["file", "directory", "key"].map(|name| folder.path().join(name));

    // It belongs to the process; a library has no business setting it.
    umask(Mode::from_bits_truncate(0o022));
    fs::write(&file, "")?;
    fs::create_dir(&directory)?;
    let mut private = OpenOptions::new();
    private
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&key)?;

    for (path, expected) in [
        (&file, (0o644, "rw-r--r--")),
        (&directory, (0o755, "rwxr-xr-x")),
        (&key, (0o600, "rw-------")),
    ] {
        let mode = mode(path)?;
        println!(
            "{mode:04o} {} {}",
            letters(mode),
            path.file_name().unwrap().display()
        );
        assert_eq!((mode, letters(mode).as_str()), expected);
    }

    fs::set_permissions(&file, Permissions::from_mode(0o666))?;
    println!("{:04o} after chmod 666", mode(&file)?);
    assert_eq!(mode(&file)?, 0o666);
    Ok(())
}

fn mode(path: &Path) -> io::Result<u32> {
    Ok(fs::metadata(path)?.permissions().mode() & 0o7777)
}

fn letters(mode: u32) -> String {
    let bit = |place: u32| match mode >> (8 - place) & 1 {
        1 => ['r', 'w', 'x'][place as usize % 3],
        _ => '-',
    };
    (0..9).map(bit).collect()
}
