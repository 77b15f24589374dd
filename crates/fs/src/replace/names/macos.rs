//! `renameatx_np(2)`, macOS 10.12.
//!
//! Sound: the only unsafe thing is the call, which reads two strings that live until it returns and
//! two descriptors that are borrowed until then.

#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;

use nix::NixPath;
use nix::errno::Errno;
use nix::fcntl::AT_FDCWD;
use nix::libc::{RENAME_EXCL, RENAME_SWAP, c_uint, renameatx_np};

pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    rename(AT_FDCWD, one, AT_FDCWD, other, RENAME_SWAP)
}

pub(super) fn rename_new_at(
    from_directory: BorrowedFd<'_>,
    from: &Path,
    to_directory: BorrowedFd<'_>,
    to: &Path,
) -> io::Result<()> {
    rename(from_directory, from, to_directory, to, RENAME_EXCL)
}

fn rename(
    from_directory: BorrowedFd<'_>,
    from: &Path,
    to_directory: BorrowedFd<'_>,
    to: &Path,
    flags: c_uint,
) -> io::Result<()> {
    let (from_directory, to_directory) = (from_directory.as_raw_fd(), to_directory.as_raw_fd());
    let outcome = from.with_nix_path(|from| {
        to.with_nix_path(|to| {
            let (from, to) = (from.as_ptr(), to.as_ptr());
            // SAFETY: both strings end in a zero and live in the closures' arguments.
            unsafe { renameatx_np(from_directory, from, to_directory, to, flags) }
        })
    })??;
    Ok(Errno::result(outcome).map(drop)?)
}
