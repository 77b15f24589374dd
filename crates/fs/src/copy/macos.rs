//! `fclonefileat(2)`, macOS 10.12, on APFS.
//!
//! Sound: the only unsafe thing is the call, which reads one string that lives until it returns and two
//! descriptors that are borrowed until then.

#![allow(unsafe_code)]

use std::fs::{File, FileTimes, Metadata, Permissions};
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::SystemTime;

use nix::NixPath;
use nix::errno::Errno;
use nix::libc::fclonefileat;

use super::At;

/// The clone is the caller's, also when root makes it; from sys/clonefile.h.
const CLONE_NOOWNERCOPY: u32 = 2;

/// Makes `to`, which is not there yet, share the blocks of `from`; false when this filesystem does
/// not do so, or the name is taken.
pub(super) fn clone_as_new(from: &File, to: At<'_>) -> io::Result<bool> {
    let (from, directory) = (from.as_raw_fd(), to.directory.as_raw_fd());
    let outcome = to.name.with_nix_path(|name| {
        let name = name.as_ptr();
        // SAFETY: the string ends in a zero and lives in the closure's argument.
        unsafe { fclonefileat(from, directory, name, CLONE_NOOWNERCOPY) }
    })?;
    match Errno::result(outcome) {
        Ok(_) => Ok(true),
        Err(Errno::ENOTSUP | Errno::EXDEV | Errno::EEXIST | Errno::EINVAL) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A clone is born with the mode and the times of its source; here it is made a file like others.
pub(super) fn forget_attributes(source: &Metadata, clone: &File) -> io::Result<()> {
    let mode = source.mode() & 0o777 & !crate::attributes::umask()?;
    clone.set_permissions(Permissions::from_mode(mode))?;
    let now = SystemTime::now();
    clone.set_times(FileTimes::new().set_accessed(now).set_modified(now))
}

/// macOS clones only into new files: see [`clone_as_new`].
pub(super) fn clone_into(_from: &File, _to: &File) -> io::Result<bool> {
    Ok(false)
}

/// There is no call for a range.
pub(super) fn copy_range(_from: &File, _to: &File, _range: Range<u64>) -> io::Result<Option<u64>> {
    Ok(None)
}
