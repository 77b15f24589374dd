//! Opening what lies beneath a folder, and nothing else.
//!
//! To clean a path of `..` is not enough: a link in the folder may lead out of it, and to look at each
//! part before it is opened leaves time to put a link there in between. So the look and the opening have
//! to be one. Linux has a call for it (`openat2` with `RESOLVE_BENEATH`). Elsewhere, and on kernels and
//! in sandboxes without it, the path is [walked](walk) in steps of one name, each from the descriptor of
//! the folder before and without following links; what turns out to be one is read and walked in turn.
//! Both follow links that stay inside, and refuse others with `EXDEV`.

mod walk;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;

/// For reading, without waiting for the writer of a pipe and without being given a terminal.
const FLAGS: OFlag = OFlag::O_RDONLY
    .union(OFlag::O_CLOEXEC)
    .union(OFlag::O_NONBLOCK)
    .union(OFlag::O_NOCTTY);

#[derive(Debug)]
pub(super) struct Root {
    folder: OwnedFd,
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let folder = open(path, FLAGS | OFlag::O_DIRECTORY, Mode::empty())?;
        Ok(Root { folder })
    }

    /// Opens `path`, which is relative to the root.
    pub(super) fn open_beneath(&self, path: &Path) -> io::Result<File> {
        let file = sys::open_beneath(self.folder.as_fd(), path)?;
        Ok(File::from(file))
    }
}
