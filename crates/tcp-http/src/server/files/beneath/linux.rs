//! `openat2(2)`, since Linux 5.6.

use std::os::fd::{BorrowedFd, OwnedFd};
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::{OpenHow, ResolveFlag, openat2};

use super::{FLAGS, walk};

/// While folders are being renamed, the kernel cannot say whether the path stays inside, and asks to
/// try again.
const TRIES: usize = 16;

#[doc(alias = "RESOLVE_BENEATH")]
pub(super) fn open_beneath(folder: BorrowedFd<'_>, path: &Path) -> nix::Result<OwnedFd> {
    let resolve = ResolveFlag::RESOLVE_BENEATH | ResolveFlag::RESOLVE_NO_MAGICLINKS;
    let how = OpenHow::new().flags(FLAGS).resolve(resolve);
    for _ in 0..TRIES {
        match openat2(folder, path, how) {
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            // Sandboxes deny what they do not know.
            Err(Errno::ENOSYS | Errno::EPERM) => break,
            result => return result,
        }
    }
    walk::open_beneath(folder, path)
}
