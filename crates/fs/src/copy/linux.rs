//! `FICLONE` and `copy_file_range(2)`.
//!
//! Sound: the only unsafe thing is an `ioctl` that takes two descriptors, both borrowed until it
//! returns, and touches no memory of this process.

#![allow(unsafe_code)]

use std::fs::{File, Metadata};
use std::io;
use std::ops::Range;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::fcntl::copy_file_range;
use nix::libc::{self, off_t};

use super::At;

/// Linux clones into a file that is there already: see [`clone_into`].
pub(super) fn clone_as_new(_from: &File, _to: At<'_>) -> io::Result<bool> {
    Ok(false)
}

/// Nothing is to be taken from what was not made.
pub(super) fn forget_attributes(_source: &Metadata, _clone: &File) -> io::Result<()> {
    Ok(())
}

/// Has `to`, which is empty, share the blocks of `from`; false when this filesystem does not do so, or
/// not with these two. A file without a byte is not worth asking for.
pub(super) fn clone_into(from: &File, to: &File) -> io::Result<bool> {
    if from.metadata()?.len() == 0 {
        return Ok(false);
    }
    // SAFETY: both descriptors are open, as the files are borrowed.
    let outcome = unsafe { libc::ioctl(to.as_raw_fd(), libc::FICLONE, from.as_raw_fd()) };
    match Errno::result(outcome) {
        Ok(_) => Ok(true),
        Err(error) if is_refusal(error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Copies the range, or the beginning of it, to where it is in `from`. Gives how much was copied,
/// and `None` when the kernel does not do this between these two files.
pub(super) fn copy_range(from: &File, to: &File, range: Range<u64>) -> io::Result<Option<u64>> {
    let start = off_t::try_from(range.start).map_err(|_| Errno::EOVERFLOW)?;
    let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
    loop {
        let (mut read, mut written) = (start, start);
        match copy_file_range(from, Some(&mut read), to, Some(&mut written), length) {
            Ok(copied) => return Ok(Some(copied as u64)),
            Err(Errno::EINTR) => {}
            Err(error) if is_refusal(error) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Whether another way may still work. `EPERM` is what sandboxes say to calls they do not know.
fn is_refusal(error: Errno) -> bool {
    matches!(
        error,
        Errno::ENOSYS
            | Errno::EXDEV
            | Errno::EINVAL
            | Errno::EOPNOTSUPP
            | Errno::ENOTTY
            | Errno::EPERM
            | Errno::ETXTBSY
    )
}
