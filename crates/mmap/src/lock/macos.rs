//! Locks of open file descriptions on macOS: the same commands with other numbers, which nix does
//! not wrap. A system that is too old for them says `EINVAL`.
//!
//! Sound: each command takes a pointer to one `struct flock`, which is a reference here; only the last
//! writes through it, and has a mutable one.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;

use nix::errno::Errno;
use nix::libc;

use super::{Holder, Mode};

pub(super) fn wait(file: BorrowedFd, lock: &libc::flock) -> nix::Result<()> {
    // SAFETY: reads the struct, which is borrowed.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLKW, ptr::from_ref(lock)) };
    Errno::result(result).map(drop)
}

pub(super) fn set(file: BorrowedFd, lock: &libc::flock) -> nix::Result<()> {
    // SAFETY: reads the struct, which is borrowed.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, ptr::from_ref(lock)) };
    Errno::result(result).map(drop)
}

pub(super) fn get(file: BorrowedFd, lock: &mut libc::flock) -> nix::Result<()> {
    // SAFETY: reads and writes the struct, which is borrowed for writing.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, ptr::from_mut(lock)) };
    Errno::result(result).map(drop)
}

/// Nothing in the system tells.
pub(super) fn flock_holder(_: BorrowedFd, _: Mode) -> Option<Holder> {
    None
}
