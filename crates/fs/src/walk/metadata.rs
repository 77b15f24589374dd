//! What the kernel keeps about a file, asked for by directory and name.

use std::time::{Duration, SystemTime};

use nix::sys::stat::FileStat;

use super::entry::Kind;

/// What stat(2) tells. The methods are named as those of std's `Metadata`, which cannot be made from
/// a directory's descriptor and a name.
#[derive(Debug, Clone, Copy)]
pub struct Metadata(FileStat);

// The kernel's types differ from one architecture to the next; here all are as wide as the widest.
#[allow(clippy::unnecessary_cast, clippy::cast_lossless)]
impl Metadata {
    pub(super) fn new(status: FileStat) -> Self {
        Metadata(status)
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        Kind::of_mode(self.0.st_mode)
    }

    /// The file's length in bytes; of a symlink, that of the path in it.
    pub fn len(&self) -> u64 {
        self.0.st_size as u64
    }

    /// Whether the length is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The device that the inode is on.
    pub fn dev(&self) -> u64 {
        self.0.st_dev as u64
    }

    /// The inode's number, unique on its device.
    pub fn ino(&self) -> u64 {
        self.0.st_ino as u64
    }

    /// How many names the inode has.
    pub fn nlink(&self) -> u64 {
        self.0.st_nlink as u64
    }

    /// Kind and permissions.
    pub fn mode(&self) -> u32 {
        self.0.st_mode as u32
    }

    /// The owner.
    pub fn uid(&self) -> u32 {
        self.0.st_uid
    }

    /// The owning group.
    pub fn gid(&self) -> u32 {
        self.0.st_gid
    }

    /// How much room the file takes, in units of 512 bytes on every system.
    pub fn blocks(&self) -> u64 {
        self.0.st_blocks as u64
    }

    /// When the contents changed last.
    pub fn modified(&self) -> SystemTime {
        time(self.0.st_mtime as i64, self.0.st_mtime_nsec as u32)
    }

    /// When the contents were read last, as far as the mount options keep count.
    pub fn accessed(&self) -> SystemTime {
        time(self.0.st_atime as i64, self.0.st_atime_nsec as u32)
    }

    /// When contents, owner, mode or names changed last.
    pub fn changed(&self) -> SystemTime {
        time(self.0.st_ctime as i64, self.0.st_ctime_nsec as u32)
    }
}

/// Seconds may be before 1970; nanoseconds always count forward from them.
fn time(seconds: i64, nanoseconds: u32) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let second = if seconds < 0 {
        SystemTime::UNIX_EPOCH - distance
    } else {
        SystemTime::UNIX_EPOCH + distance
    };
    second + Duration::from_nanos(nanoseconds.into())
}
