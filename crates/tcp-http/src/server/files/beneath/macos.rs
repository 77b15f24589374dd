//! Step by step: there is no call for all of it.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use super::walk;

pub(super) fn open_beneath(folder: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    walk::open_beneath(folder, path)
}
