//! Opening and creating a file are one system call: `File::open` and `File::create` differ in flags.
//!
//! `File::open` asks for `O_RDONLY`. `File::create` asks for `O_WRONLY|O_CREAT|O_TRUNC` and
//! proposes the permissions 0666, from which the kernel takes away what the process's umask names.
//! `File::create_new` puts `O_EXCL` in the place of `O_TRUNC`, and like Go's `os.Create` it opens
//! for reading as well, with `O_RDWR`.
//!
//! All add `O_CLOEXEC`, which a C program has to remember: without it every program that this one
//! starts would inherit the descriptor. The flags of one open file can be asked for afterwards;
//! those that only say how to open (`O_CREAT`, `O_TRUNC`, `O_EXCL`) are forgotten by then.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/file", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = $created
//! openat(AT_FDCWD, "*/file", O_RDONLY|O_CLOEXEC) = $opened
//! openat(AT_FDCWD, "*/file", O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC, 0666) = *
//! openat(AT_FDCWD, "*/file", O_RDWR|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = -1 EEXIST (File exists)
//! ```

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;

use nix::fcntl::{FcntlArg, FdFlag, OFlag, fcntl};
use nix::sys::stat::{Mode, umask};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("file");
    // The umask can only be read by setting it.
    umask(Mode::from_bits_truncate(0o027));

    let mut created = File::create(&path)?;
    created.write_all(b"some text")?;
    let opened = File::open(&path)?;
    println!("create: {}", flags(&created)?);
    println!("open:   {}", flags(&opened)?);
    assert_eq!(flags(&created)?, "O_WRONLY|O_CLOEXEC");
    assert_eq!(flags(&opened)?, "O_RDONLY|O_CLOEXEC");

    let permissions = opened.metadata()?.permissions().mode() & 0o777;
    println!("0666 without umask 0027: {permissions:04o}");
    assert_eq!(permissions, 0o640);

    let length_before = opened.metadata()?.len();
    File::create(&path)?;
    let length_after = opened.metadata()?.len();
    println!("created once more: {length_before} bytes, then {length_after}");
    assert_eq!((length_before, length_after), (9, 0));

    let refused = File::create_new(&path).unwrap_err();
    println!("create_new: {refused}");
    assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
    Ok(())
}

/// What can still be asked: how the file is open, and whether other programs inherit the descriptor.
fn flags(file: &File) -> nix::Result<String> {
    let status = OFlag::from_bits_retain(fcntl(file, FcntlArg::F_GETFL)?);
    let descriptor = FdFlag::from_bits_retain(fcntl(file, FcntlArg::F_GETFD)?);
    let access = match status & OFlag::O_ACCMODE {
        mode if mode == OFlag::O_RDONLY => "O_RDONLY",
        mode if mode == OFlag::O_WRONLY => "O_WRONLY",
        _ => "O_RDWR",
    };
    let inherited = !descriptor.contains(FdFlag::FD_CLOEXEC);
    Ok(format!(
        "{access}{}",
        if inherited { "" } else { "|O_CLOEXEC" }
    ))
}
