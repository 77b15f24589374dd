//! What `test` asks the kernel about files.

use std::ffi::OsStr;
use std::fs::{Metadata, metadata, symlink_metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::unistd::{AccessFlags, faccessat, getegid, geteuid};

use crate::exec::descriptor;

const SET_USER_ID: u32 = 0o4000;
const SET_GROUP_ID: u32 = 0o2000;
const STICKY: u32 = 0o1000;

/// Whether the file at `path` is what `letter` says, as in `-f`.
pub(super) fn is(letter: u8, path: &[u8]) -> bool {
    let path = OsStr::from_bytes(path);
    let access = |mode| faccessat(AT_FDCWD, path, mode, AtFlags::AT_EACCESS).is_ok();
    let about = |holds: fn(&Metadata) -> bool| metadata(path).is_ok_and(|about| holds(&about));
    match letter {
        b'r' => access(AccessFlags::R_OK),
        b'w' => access(AccessFlags::W_OK),
        b'x' => access(AccessFlags::X_OK),
        b'h' | b'L' => symlink_metadata(path).is_ok_and(|about| about.is_symlink()),
        b'e' => about(|_| true),
        b'f' => about(Metadata::is_file),
        b'd' => about(Metadata::is_dir),
        b's' => about(|about| about.len() > 0),
        b'b' => about(|about| about.file_type().is_block_device()),
        b'c' => about(|about| about.file_type().is_char_device()),
        b'p' => about(|about| about.file_type().is_fifo()),
        b'S' => about(|about| about.file_type().is_socket()),
        b'u' => about(|about| about.mode() & SET_USER_ID != 0),
        b'g' => about(|about| about.mode() & SET_GROUP_ID != 0),
        b'k' => about(|about| about.mode() & STICKY != 0),
        b'O' => about(|about| about.uid() == geteuid().as_raw()),
        b'G' => about(|about| about.gid() == getegid().as_raw()),
        _ => false,
    }
}

/// `-nt`: `left` was written later, or only it is there.
pub(super) fn is_newer(left: &[u8], right: &[u8]) -> bool {
    let written = |path| {
        let about = metadata(OsStr::from_bytes(path)).ok()?;
        Some((about.mtime(), about.mtime_nsec()))
    };
    // None is less than any time.
    written(left) > written(right)
}

/// `-ef`: two names of one inode.
pub(super) fn are_the_same(left: &[u8], right: &[u8]) -> bool {
    let inode = |path| {
        let about = metadata(OsStr::from_bytes(path)).ok()?;
        Some((about.dev(), about.ino()))
    };
    inode(left).is_some_and(|left| Some(left) == inode(right))
}

/// `-t`
pub(super) fn is_terminal(number: i64) -> bool {
    i32::try_from(number).is_ok_and(descriptor::is_terminal)
}
