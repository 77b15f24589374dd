//! On Linux `fsync` waits for the drive's own memory too.

use std::os::fd::BorrowedFd;

pub(super) fn full(file: BorrowedFd<'_>) -> nix::Result<()> {
    nix::unistd::fsync(file)
}
