//! A `File` made from a duplicate of descriptor 1 writes to stdout, and is closed exactly once.
//!
//! `File`, `TcpStream` and the rest are an `OwnedFd`, a number that one value owns, with methods. So
//! any descriptor can be made into a `File`, as with Go's `os.NewFile`, and moving it between types
//! closes nothing; dropping the last owner does. Once closed, the number is free for the next open:
//! a second close would hit a stranger's file, which is why ownership is in the type.
//!
//! Take a duplicate of a descriptor that somebody else owns. `File::from_raw_fd(1)` would close the
//! whole process's standard output when dropped.
//!
//! ```syscalls
//! fcntl(1, F_DUPFD_CLOEXEC, 3) = $copy
//! write(1, "through println!\n", 17) = 17
//! write($copy, "through the duplicate\n", 22) = 22
//! close($copy) = 0
//! write(1, "through println! again\n", 23) = 23
//! openat(AT_FDCWD, "/dev/null", *) = $number
//! close($number) = 0
//! fcntl($number, F_GETFD) = -1 EBADF (*)
//! openat(AT_FDCWD, "/dev/null", *) = $number
//! ```

// fcntl(2) on a number that nothing owns any more: the safe wrappers want an open descriptor.
#![allow(unsafe_code)]

use std::env;
use std::fs::File;
use std::io::{self, Error, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::process::Command;

use nix::libc;

fn is_open(number: RawFd) -> bool {
    // SAFETY: F_GETFD takes two integers, touches no memory, and merely fails on a closed number.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    if flags == -1 {
        assert_eq!(Error::last_os_error().raw_os_error(), Some(libc::EBADF));
    }
    flags != -1
}

fn main() -> io::Result<()> {
    if env::args().nth(1).is_some() {
        let duplicate: OwnedFd = io::stdout().as_fd().try_clone_to_owned()?;
        let mut file = File::from(duplicate);
        println!("through println!");
        writeln!(file, "through the duplicate")?;
        drop(file);
        println!("through println! again");
        return Ok(());
    }

    let child = Command::new(env::current_exe()?).arg("child").output()?;
    let text = String::from_utf8_lossy(&child.stdout);
    print!("{text}");
    assert!(child.status.success(), "{}", child.status);
    assert_eq!(
        text,
        "through println!\nthrough the duplicate\nthrough println! again\n"
    );

    // A single thread, so that nobody else takes the number between the steps.
    let file = File::open("/dev/null")?;
    let number = file.as_raw_fd();
    let fd = OwnedFd::from(file);
    let file = File::from(fd);
    assert_eq!(file.as_raw_fd(), number);
    assert!(is_open(number), "a move from type to type closes nothing");

    drop(file);
    assert!(!is_open(number));

    let stranger = File::open("/dev/null")?;
    assert_eq!(stranger.as_raw_fd(), number);
    assert!(is_open(number));
    println!(
        "fd {number}: open through two moves, EBADF after the drop, then taken by the next open"
    );
    Ok(())
}
