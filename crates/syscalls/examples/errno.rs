//! A failed C call returns -1 and leaves the reason in `errno`; Rust makes one value of the two.
//!
//! The number says *that* it failed, a variable of the calling thread says *why*. The variable
//! holds until the next failing call overwrites it, and a call that succeeds does not clear it: it
//! may be read only after a failure, and at once. A forgotten check goes unnoticed, the -1 wanders
//! on as a descriptor.
//!
//! `std::io::Error` keeps the number ([`raw_os_error`](std::io::Error::raw_os_error)) and sorts it
//! into an [`ErrorKind`] that means the same on every system. `ENOENT` is 2 on all Unix systems,
//! but many others differ: `EAGAIN` is 11 on Linux and 35 on macOS.
//!
//! ```syscalls
//! openat(AT_FDCWD, "/no/such/file", O_RDONLY) = -1 ENOENT (No such file or directory)
//! openat(AT_FDCWD, "/no/such/file", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)
//! ```
#![allow(unsafe_code)] // open(2) as C has it

use std::fs::File;
use std::io::{self, ErrorKind};

use nix::libc;
use syscalls::errno::Errno;

fn main() {
    // SAFETY: the path is a C string that lives as long as the program.
    let returned = unsafe { libc::open(c"/no/such/file".as_ptr(), libc::O_RDONLY) };
    let reason = io::Error::last_os_error().raw_os_error();
    println!("C:    returned {returned}, errno {reason:?}");
    assert_eq!((returned, reason), (-1, Some(2)));

    // SAFETY: takes nothing, changes nothing, cannot fail.
    let parent = unsafe { libc::getppid() };
    let stale = io::Error::last_os_error().raw_os_error();
    println!("C:    returned {parent}, errno {stale:?}, which is old");
    assert!(parent >= 0);
    assert_eq!(stale, Some(2));

    let error = File::open("/no/such/file").unwrap_err();
    println!("Rust: {:?}, {:?}", error.kind(), error.raw_os_error());
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.raw_os_error(), Some(2));

    let errno = Errno::from_number(2);
    println!("2 is {}: {}", errno.name(), errno.text());
    assert_eq!(errno.name(), "ENOENT");
}
