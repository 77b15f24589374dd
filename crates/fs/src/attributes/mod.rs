//! Modes and umask, owners, times: what a file has besides bytes.
//!
//! The mode is twelve bits: three letters each for the owner, the group and the others, and above them
//! set-user-ID, set-group-ID and *sticky*. [`mode_text`] writes it as `ls` does, [`Change`] reads what
//! `chmod` takes.
//!
//! The mode that a program gives when it makes a file is a wish: the kernel takes away the bits of the
//! process's *umask*. `chmod` is no wish. So [`create`] asks, as everybody should who has no reason
//! not to, and [`create_exactly`] insists.
//!
//! The functions take paths, and follow symbolic links but where they say otherwise.

mod change;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod text;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::sys::stat::{UtimensatFlags, utimensat};
use nix::sys::time::TimeSpec;
use nix::unistd::{Gid, Uid, fchownat};

pub use change::{Change, ParseError};
pub use text::{kind_letter, mode_text};

/// The bits of `st_mode` that `chmod` sets; those above say what kind of file it is.
pub const MODE_BITS: u32 = 0o7777;

/// Makes a new file, for writing, with `mode` less the bits of the umask.
///
/// # Errors
///
/// `EEXIST` when the name is taken; those of
/// [`open(2)`](https://man7.org/linux/man-pages/man2/open.2.html).
pub fn create(path: &Path, mode: u32) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path)
}

/// Makes a new file with exactly `mode`, whatever the umask is. Until then nobody else can open it.
///
/// # Errors
///
/// As [`create`]; a file whose mode cannot be set is left with mode `0600 & !umask`.
pub fn create_exactly(path: &Path, mode: u32) -> io::Result<File> {
    let file = create(path, 0o600)?;
    file.set_permissions(Permissions::from_mode(mode & MODE_BITS))?;
    Ok(file)
}

/// The bits that this process takes away from the modes of new files.
///
/// `umask(2)` cannot be asked without being set. Linux tells it in `/proc/self/status`; elsewhere
/// it is set and set back, and a file that another thread makes meanwhile is made with umask 077.
///
/// # Errors
///
/// Where `/proc` is not mounted.
pub fn umask() -> io::Result<u32> {
    platform::umask()
}

/// Sets the mode: [`chmod(2)`](https://man7.org/linux/man-pages/man2/chmod.2.html). The umask has no
/// say.
///
/// # Errors
///
/// `EPERM`: only a file's owner and root may.
#[doc(alias = "chmod")]
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    std::fs::set_permissions(path, Permissions::from_mode(mode & MODE_BITS))
}

/// Sets the owner and the group, each if given:
/// [`chown(2)`](https://man7.org/linux/man-pages/man2/chown.2.html). Who is not root may give a file
/// to a group of his own and to nobody else; the kernel takes set-user-ID and set-group-ID from a
/// program that changes hands.
///
/// # Errors
///
/// `EPERM`: giving files away is root's.
#[doc(alias = "chown")]
pub fn set_owner(path: &Path, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
    change_owner(path, user, group, AtFlags::empty())
}

/// [`set_owner`] of a symbolic link itself.
///
/// # Errors
///
/// As [`set_owner`].
#[doc(alias = "lchown")]
pub fn set_link_owner(path: &Path, user: Option<u32>, group: Option<u32>) -> io::Result<()> {
    change_owner(path, user, group, AtFlags::AT_SYMLINK_NOFOLLOW)
}

/// A time to give to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Time {
    /// The one that it has.
    Keep,
    /// The kernel's clock.
    Now,
    /// This one, to the nanosecond if the filesystem keeps so much. Times before 1970 are negative.
    At(SystemTime),
}

/// Sets when the file was last read and last written:
/// [`utimensat(2)`](https://man7.org/linux/man-pages/man2/utimensat.2.html). The third time, of the
/// last change of the inode, cannot be set: this *is* a change.
///
/// # Errors
///
/// `EPERM`, `EACCES`: [`Time::At`] is the owner's and root's; [`Time::Now`] anybody's who may write.
#[doc(alias = "utimes")]
pub fn set_times(path: &Path, accessed: Time, modified: Time) -> io::Result<()> {
    change_times(path, accessed, modified, UtimensatFlags::FollowSymlink)
}

/// [`set_times`] of a symbolic link itself.
///
/// # Errors
///
/// As [`set_times`].
pub fn set_link_times(path: &Path, accessed: Time, modified: Time) -> io::Result<()> {
    change_times(path, accessed, modified, UtimensatFlags::NoFollowSymlink)
}

fn change_owner(
    path: &Path,
    user: Option<u32>,
    group: Option<u32>,
    flags: AtFlags,
) -> io::Result<()> {
    let (user, group) = (user.map(Uid::from_raw), group.map(Gid::from_raw));
    Ok(fchownat(AT_FDCWD, path, user, group, flags)?)
}

fn change_times(
    path: &Path,
    accessed: Time,
    modified: Time,
    flags: UtimensatFlags,
) -> io::Result<()> {
    let (accessed, modified) = (time_spec(accessed)?, time_spec(modified)?);
    Ok(utimensat(AT_FDCWD, path, &accessed, &modified, flags)?)
}

fn time_spec(time: Time) -> io::Result<TimeSpec> {
    match time {
        Time::Keep => Ok(TimeSpec::UTIME_OMIT),
        Time::Now => Ok(TimeSpec::UTIME_NOW),
        Time::At(time) => since_1970(time)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a time out of range")),
    }
}

/// The nanoseconds count forward also before 1970: half a second before it is -1 s and 500,000,000 ns.
fn since_1970(time: SystemTime) -> Option<TimeSpec> {
    let (seconds, nanoseconds) = match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => (i64::try_from(after.as_secs()).ok()?, after.subsec_nanos()),
        Err(error) => {
            let before: Duration = error.duration();
            let seconds = i64::try_from(before.as_secs()).ok()?.checked_neg()?;
            match before.subsec_nanos() {
                0 => (seconds, 0),
                part => (seconds.checked_sub(1)?, 1_000_000_000 - part),
            }
        }
    };
    Some(TimeSpec::new(seconds, nanoseconds.into()))
}
