//! One name in one directory.

use std::ffi::OsStr;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Weak;

use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::sys::stat::{FileStat, SFlag, fstatat};
use nix::unistd::{UnlinkatFlags, unlinkat};

use super::metadata::Metadata;
use super::platform::Reader;
use super::stack;

/// What a name stands for, as its directory tells it; no `stat` is needed for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link that is not followed.
    Symlink,
    /// A named pipe.
    Fifo,
    /// The name of a Unix-domain socket.
    Socket,
    /// A device that is read and written byte by byte.
    CharacterDevice,
    /// A device that is read and written block by block.
    BlockDevice,
}

/// One name in one directory.
///
/// A clone does not keep the directory open, so that entries can be collected.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The path, in one piece: a walk writes each name over the one before.
    pub(super) path: Vec<u8>,
    /// Where the last name begins in `path`.
    pub(super) name_start: usize,
    pub(super) kind: Kind,
    /// It is a symlink, and all else here is said of what it leads to.
    pub(super) followed: bool,
    pub(super) depth: usize,
    pub(super) inode: u64,
    /// The directory that has the name, as long as the walk has it open; dangling for the root.
    pub(super) directory: Weak<OwnedFd>,
}

impl Entry {
    /// The root as it was given, and the names below it.
    pub fn path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.path))
    }

    /// The last name; of the root, the root as it was given.
    pub fn name(&self) -> &OsStr {
        OsStr::from_bytes(&self.path[self.name_start..])
    }

    /// What the name stands for; a symlink is a symlink, unless the walk follows them.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether this is a symlink and the walk follows it: [`kind`](Self::kind) and
    /// [`metadata`](Self::metadata) are those of what it leads to.
    pub fn is_followed(&self) -> bool {
        self.followed
    }

    /// 0 for the root.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The inode's number as the directory has it. Where something is mounted, that is the number of
    /// what lies underneath; [`metadata`](Self::metadata) knows the other.
    pub fn inode(&self) -> u64 {
        self.inode
    }

    /// All that the kernel keeps about the file, of a symlink about the symlink itself unless the
    /// walk follows it.
    ///
    /// By name in the open directory as long as the walk is in it, which is quicker than by path and
    /// works for paths of any length; later by path.
    ///
    /// # Errors
    ///
    /// Those of stat(2).
    pub fn metadata(&self) -> io::Result<Metadata> {
        self.look_up(self.followed).map(Metadata::new)
    }

    /// Makes this the entry `name` of the directory whose path is the first `directory_length` bytes
    /// of this one's; the kind is still to be set.
    pub(super) fn rename(&mut self, directory_length: usize, name: &[u8], inode: u64) {
        self.path.truncate(directory_length);
        if self.path.last() != Some(&b'/') {
            self.path.push(b'/');
        }
        self.name_start = self.path.len();
        self.path.extend_from_slice(name);
        self.inode = inode;
        self.followed = false;
    }

    /// Takes the name away; a directory has to be empty. Of a symlink that the walk follows, the
    /// symlink goes.
    ///
    /// By name in the open directory as [`metadata`](Self::metadata), so that nobody can put a symlink
    /// in the way and have a file of theirs removed elsewhere.
    ///
    /// # Errors
    ///
    /// Those of unlink(2) and rmdir(2).
    #[doc(alias = "unlinkat")]
    pub fn remove(&self) -> io::Result<()> {
        let how = if self.kind == Kind::Directory && !self.followed {
            UnlinkatFlags::RemoveDir
        } else {
            UnlinkatFlags::NoRemoveDir
        };
        Ok(self.at(|directory, name| unlinkat(directory, name, how))?)
    }

    pub(super) fn look_up(&self, follow: bool) -> io::Result<FileStat> {
        let flags = if follow {
            AtFlags::empty()
        } else {
            AtFlags::AT_SYMLINK_NOFOLLOW
        };
        Ok(self.at(|directory, name| fstatat(directory, name, flags))?)
    }

    /// Opens the directory that this is.
    pub(super) fn open(&self) -> io::Result<(OwnedFd, Reader)> {
        let directory = self.at(|parent, name| stack::open(parent, name, self.followed))?;
        let reader = Reader::new(&directory)?;
        Ok((directory, reader))
    }

    /// Calls `operation` with a directory and the name of this entry in it.
    fn at<T>(&self, operation: impl FnOnce(BorrowedFd<'_>, &[u8]) -> T) -> T {
        match self.directory.upgrade() {
            Some(directory) => operation(directory.as_fd(), &self.path[self.name_start..]),
            None => operation(AT_FDCWD, &self.path),
        }
    }
}

impl Kind {
    /// The kind in the bits of `st_mode` that say it.
    pub(super) fn of_mode(mode: nix::libc::mode_t) -> Self {
        match SFlag::from_bits_truncate(mode) & SFlag::S_IFMT {
            SFlag::S_IFDIR => Kind::Directory,
            SFlag::S_IFLNK => Kind::Symlink,
            SFlag::S_IFIFO => Kind::Fifo,
            SFlag::S_IFSOCK => Kind::Socket,
            SFlag::S_IFCHR => Kind::CharacterDevice,
            SFlag::S_IFBLK => Kind::BlockDevice,
            _ => Kind::File,
        }
    }
}
