//! A new descriptor takes the lowest free number; numbers do not just count up.
//!
//! POSIX promises this of `open`, `socket`, `pipe` and `dup` alike, and shells were built on it:
//! close 1, open a file, and that file is standard output. It is also why a closed number must be
//! forgotten: soon it means another file. `OwnedFd` closes once and cannot be used afterwards; Go's
//! os.File remembers that it is closed.
//!
//! ```syscalls
//! openat(AT_FDCWD, "*/first", *) = 3
//! openat(AT_FDCWD, "*/second", *) = 4
//! openat(AT_FDCWD, "*/third", *) = 5
//! close(4) = 0
//! close(3) = 0
//! openat(AT_FDCWD, "*/again", *) = 3
//! socket(AF_INET, *) = 4
//! openat(AT_FDCWD, "*/next", *) = 6
//! ```
#![allow(unsafe_code)] // one call of fcntl(2), on numbers that need not be open

use std::fs::File;
use std::io;
use std::net::TcpListener;
use std::os::fd::{AsRawFd, RawFd};

use nix::libc;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let create = |name| File::create(folder.path().join(name));
    let free: Vec<RawFd> = (0..).filter(|fd| !is_open(*fd)).take(4).collect();
    println!("lowest free numbers: {free:?}");

    let (first, second, third) = (create("first")?, create("second")?, create("third")?);
    let opened = [&first, &second, &third].map(AsRawFd::as_raw_fd);
    println!("three files: {opened:?}");
    assert_eq!(opened, free[..3]);

    drop(second);
    drop(first);
    println!("closed {}, then {}", opened[1], opened[0]);
    assert_eq!(opened.map(is_open), [false, false, true]);

    let again = create("again")?;
    let socket = TcpListener::bind("127.0.0.1:0")?;
    let next = create("next")?;
    let reopened = [again.as_raw_fd(), socket.as_raw_fd(), next.as_raw_fd()];
    println!("a file, a socket, a file: {reopened:?}");
    assert_eq!(reopened, [opened[0], opened[1], free[3]]);
    Ok(())
}

fn is_open(fd: RawFd) -> bool {
    // SAFETY: F_GETFD takes no pointer and changes nothing; a number that is not open gives -1.
    unsafe { libc::fcntl(fd, libc::F_GETFD) != -1 }
}
