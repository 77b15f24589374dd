//! `renameat2(2)`, Linux 3.15.

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};

pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    let flags = RenameFlags::RENAME_EXCHANGE;
    Ok(renameat2(AT_FDCWD, one, AT_FDCWD, other, flags)?)
}

pub(super) fn rename_new_at(
    from_directory: BorrowedFd<'_>,
    from: &Path,
    to_directory: BorrowedFd<'_>,
    to: &Path,
) -> io::Result<()> {
    let flags = RenameFlags::RENAME_NOREPLACE;
    Ok(renameat2(from_directory, from, to_directory, to, flags)?)
}
