//! Two relatives of `rename(2)`: to exchange two names, and not to replace.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use nix::fcntl::AT_FDCWD;

/// Has each of two names lead to what the other did, in one step: `renameat2(RENAME_EXCHANGE)` on
/// Linux, `renamex_np(RENAME_SWAP)` on macOS. Both have to exist, and may be of different kinds: a
/// directory and the link that is to take its place.
///
/// # Errors
///
/// `ENOENT`, `EXDEV` as rename; `EINVAL` or `ENOTSUP` where the filesystem cannot.
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    platform::exchange(one, other)
}

/// Renames, but only to a name that is not taken: `renameat2(RENAME_NOREPLACE)` on Linux,
/// `renamex_np(RENAME_EXCL)` on macOS. To look first and rename then would leave time between the
/// two.
///
/// # Errors
///
/// `EEXIST` when the name is taken; `EINVAL` or `ENOTSUP` where the filesystem cannot.
pub fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    rename_new_at(AT_FDCWD, from, AT_FDCWD, to)
}

pub(crate) fn rename_new_at(
    from_directory: BorrowedFd<'_>,
    from: &Path,
    to_directory: BorrowedFd<'_>,
    to: &Path,
) -> io::Result<()> {
    platform::rename_new_at(from_directory, from, to_directory, to)
}
