//! On macOS `fsync` leaves the bytes in the drive's memory, in any order; `F_FULLFSYNC` does not.

use std::os::fd::BorrowedFd;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};

pub(super) fn full(file: BorrowedFd<'_>) -> nix::Result<()> {
    match fcntl(file, FcntlArg::F_FULLFSYNC) {
        Ok(_) => Ok(()),
        Err(Errno::ENOTSUP | Errno::ENOTTY | Errno::EINVAL) => nix::unistd::fsync(file),
        Err(error) => Err(error),
    }
}
