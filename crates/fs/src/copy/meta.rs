//! Owner, mode and times of a copy.

use std::fs::{File, FileTimes, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use nix::errno::Errno;
use nix::fcntl::AtFlags;
use nix::sys::stat::{FchmodatFlags, FileStat, Mode, SFlag, UtimensatFlags, fchmodat, utimensat};
use nix::sys::time::TimeSpec;
use nix::unistd::{Gid, Uid, fchown, fchownat};

use super::{At, Copier, at};
use crate::attributes::MODE_BITS;

const SET_ID: u32 = 0o6000;

/// The mode to make a copy with: what is to change hands or mode is nobody else's until it has.
pub(super) fn first_mode(copier: &Copier<'_>, source: u32) -> u32 {
    if copier.keep_mode {
        0o600
    } else {
        source & 0o777
    }
}

/// Gives `copy` what is to be kept, in the order in which one does not undo the other.
pub(super) fn keep(copier: &Copier<'_>, source: &Metadata, copy: &File) -> io::Result<()> {
    if copier.keep_owner {
        let (user, group) = (Uid::from_raw(source.uid()), Gid::from_raw(source.gid()));
        unless_refused(fchown(copy, Some(user), Some(group)))?;
    }
    if copier.keep_mode {
        copy.set_permissions(Permissions::from_mode(kept_mode(source, &copy.metadata()?)))?;
    }
    if copier.keep_times {
        let times = FileTimes::new()
            .set_accessed(source.accessed()?)
            .set_modified(source.modified()?);
        copy.set_times(times)?;
    }
    Ok(())
}

/// The same for what cannot be opened: a link has no mode of its own, a pipe would wait for its other
/// end.
pub(super) fn keep_at(copier: &Copier<'_>, source: &FileStat, copy: At<'_>) -> io::Result<()> {
    let At { directory, name } = copy;
    let is_link = at::kind(source) == SFlag::S_IFLNK;
    if copier.keep_owner {
        let (user, group) = (Uid::from_raw(source.st_uid), Gid::from_raw(source.st_gid));
        let flags = AtFlags::AT_SYMLINK_NOFOLLOW;
        unless_refused(fchownat(directory, name, Some(user), Some(group), flags))?;
    }
    if copier.keep_mode && !is_link {
        let mode = Mode::from_bits_truncate(source.st_mode) - (Mode::S_ISUID | Mode::S_ISGID);
        fchmodat(directory, name, mode, FchmodatFlags::FollowSymlink)?;
    }
    if copier.keep_times {
        let accessed = TimeSpec::new(source.st_atime, source.st_atime_nsec);
        let modified = TimeSpec::new(source.st_mtime, source.st_mtime_nsec);
        let flags = UtimensatFlags::NoFollowSymlink;
        utimensat(directory, name, &accessed, &modified, flags)?;
    }
    Ok(())
}

/// A program that runs as its owner must not run as somebody else.
fn kept_mode(source: &Metadata, copy: &Metadata) -> u32 {
    let is_same_owner = (source.uid(), source.gid()) == (copy.uid(), copy.gid());
    let lost = if is_same_owner { 0 } else { SET_ID };
    source.mode() & MODE_BITS & !lost
}

/// Only root gives files away; the copy of somebody else's is the caller's.
fn unless_refused(outcome: nix::Result<()>) -> io::Result<()> {
    match outcome {
        Err(Errno::EPERM) => Ok(()),
        outcome => Ok(outcome?),
    }
}
