//! What it takes until bytes are on the disk.
//!
//! `write(2)` copies bytes into the kernel's page cache and returns. They reach the disk when the
//! kernel finds the time, on Linux after some thirty seconds. Everybody who reads the file meanwhile
//! sees them; whoever pulls the plug loses them. Each function here waits for a different part of the
//! way, and each promises less than its name suggests:
//!
//! | | what is on the disk afterwards | what is not |
//! |---|---|---|
//! | [`data`] | the bytes, and the length that is needed to find them | times, mode, and the *name* |
//! | [`all`] | also times, mode, owner | the name; on macOS what the drive still holds in its own memory |
//! | [`full`] | the same, and the drive has emptied its memory | the name |
//! | [`directory`] | the names in a directory: files made, renamed, removed | the files' bytes |
//!
//! A name belongs to its directory, so a new file is only safe when the file *and* the directory were
//! synced. (Linux's ext4 and xfs happen to write the name with a new file's fsync; POSIX does not ask
//! for it, and nothing does so for a rename.)
//!
//! # An error is final
//!
//! When a sync fails, the kernel has usually marked the pages clean all the same: it tried. A
//! second sync then finds nothing to do and succeeds, and the bytes are lost. So nothing here is
//! tried again but a call that a signal interrupted; a caller who gets an error has to write the
//! bytes anew, to another file. [`replace`](crate::replace) does that.
//!
//! Go's `(*os.File).Sync` is [`full`]: `fsync` on Linux, `F_FULLFSYNC` on macOS; so is std's
//! [`File::sync_all`](std::fs::File::sync_all).

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use nix::errno::Errno;

/// Waits until the file's bytes are with the drive:
/// [`fdatasync(2)`](https://man7.org/linux/man-pages/man2/fdatasync.2.html).
///
/// A file that has grown gets its new length written too, or the bytes could not be found. What a
/// database calls after each transaction, into a file that has its final length already.
///
/// # Errors
///
/// `EIO`, `ENOSPC`, `EDQUOT`: some bytes that *anybody* wrote since the file was opened did not get
/// there. `EINVAL`: this kind of file (a pipe, a socket) cannot be synced.
#[doc(alias = "fdatasync")]
pub fn data(file: impl AsFd) -> io::Result<()> {
    again(|| nix::unistd::fdatasync(file.as_fd()))
}

/// Waits until the file's bytes and attributes are with the drive:
/// [`fsync(2)`](https://man7.org/linux/man-pages/man2/fsync.2.html).
///
/// Linux tells the drive to empty its memory as well; macOS does not, see [`full`].
///
/// # Errors
///
/// As [`data`].
#[doc(alias = "fsync")]
pub fn all(file: impl AsFd) -> io::Result<()> {
    again(|| nix::unistd::fsync(file.as_fd()))
}

/// [`all`], and the drive has emptied its memory, as far as it tells the truth: on macOS
/// `fcntl(F_FULLFSYNC)`, or [`all`] where the filesystem has no such thing (a network's).
///
/// # Errors
///
/// As [`data`].
#[doc(alias = "F_FULLFSYNC")]
pub fn full(file: impl AsFd) -> io::Result<()> {
    again(|| platform::full(file.as_fd()))
}

/// Waits until the names in a directory are as durable as [`full`] makes bytes.
///
/// # Errors
///
/// As [`data`], and those of opening it: the caller needs the permission to read it.
pub fn directory(path: &Path) -> io::Result<()> {
    let directory = File::open(path)?;
    if !directory.metadata()?.is_dir() {
        return Err(Errno::ENOTDIR.into());
    }
    full(&directory)
}

fn again(mut sync: impl FnMut() -> nix::Result<()>) -> io::Result<()> {
    loop {
        match sync() {
            Err(Errno::EINTR) => {}
            outcome => return Ok(outcome?),
        }
    }
}
