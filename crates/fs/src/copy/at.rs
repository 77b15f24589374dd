//! A name in an opened directory.

use std::fs::File;
use std::io;
use std::os::fd::BorrowedFd;
use std::path::Path;

use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, openat};
use nix::libc::mode_t;
use nix::sys::stat::{FileStat, Mode, SFlag, fstatat};

/// Where something is: the name is looked up in the directory, whatever has become of the path that
/// led there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct At<'a> {
    pub(crate) directory: BorrowedFd<'a>,
    pub(crate) name: &'a Path,
}

impl<'a> At<'a> {
    /// A path, from the working directory.
    pub(crate) fn path(name: &'a Path) -> Self {
        Self {
            directory: AT_FDCWD,
            name,
        }
    }

    pub(crate) fn open(self, flags: OFlag, mode: u32) -> nix::Result<File> {
        let mode = Mode::from_bits_truncate(mode as mode_t);
        openat(self.directory, self.name, flags | OFlag::O_CLOEXEC, mode).map(File::from)
    }

    /// Of a link itself.
    pub(crate) fn status(self) -> nix::Result<FileStat> {
        fstatat(self.directory, self.name, AtFlags::AT_SYMLINK_NOFOLLOW)
    }

    pub(crate) fn open_directory(self) -> io::Result<File> {
        let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW;
        Ok(self.open(flags, 0)?)
    }
}

/// What kind of file it is.
pub(crate) fn kind(status: &FileStat) -> SFlag {
    SFlag::from_bits_truncate(status.st_mode & SFlag::S_IFMT.bits())
}
