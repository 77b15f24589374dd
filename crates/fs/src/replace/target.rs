//! Which file is to be replaced: its directory, opened, and its name there.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use nix::errno::Errno;
use nix::fcntl::{AtFlags, readlink};
use nix::sys::stat::{Mode, SFlag, fstatat};
use nix::unistd::{Gid, Uid};

use super::{Error, Step};

/// As many as Linux itself follows.
const MOST_LINKS: usize = 40;

#[derive(Debug)]
pub(super) struct Target {
    /// As asked for, for messages.
    path: PathBuf,
    /// All names are looked up in it.
    pub(super) directory: Arc<File>,
    pub(super) name: OsString,
}

/// What the new file is to have of the old.
#[derive(Clone, Copy, Debug)]
pub(super) struct Old {
    pub(super) mode: Mode,
    pub(super) user: Uid,
    pub(super) group: Gid,
}

impl Target {
    pub(super) fn find(path: &Path, follow_links: bool) -> Result<Self, Error> {
        let error = |step, source| Error {
            path: path.to_owned(),
            step,
            source,
        };
        let found = if follow_links {
            follow(path)
        } else {
            Ok(path.to_owned())
        };
        let found = found.map_err(|source| error(Step::Resolve, source))?;
        // `file_name` looks past a slash or a dot at the end, by which the caller said "a directory".
        let name = found
            .file_name()
            .filter(|name| {
                found
                    .as_os_str()
                    .as_encoded_bytes()
                    .ends_with(name.as_encoded_bytes())
            })
            .map(OsString::from)
            .ok_or_else(|| error(Step::Resolve, Errno::EISDIR.into()))?;
        let directory = open_parent(&found).map_err(|source| error(Step::OpenDirectory, source))?;
        Ok(Self {
            path: path.to_owned(),
            directory: Arc::new(directory),
            name,
        })
    }

    /// What is there now: a regular file, or nothing.
    pub(super) fn inspect(&self, only_new: bool) -> Result<Option<Old>, Error> {
        let refuse = |source: io::Error| Err(self.error(Step::Inspect, source));
        let name = self.name.as_os_str();
        let old = match fstatat(&self.directory, name, AtFlags::AT_SYMLINK_NOFOLLOW) {
            Err(Errno::ENOENT) => return Ok(None),
            Err(error) => return refuse(error.into()),
            Ok(_) if only_new => return refuse(Errno::EEXIST.into()),
            Ok(old) => old,
        };
        match SFlag::from_bits_truncate(old.st_mode & SFlag::S_IFMT.bits()) {
            SFlag::S_IFREG => Ok(Some(Old {
                mode: Mode::from_bits_truncate(old.st_mode),
                user: Uid::from_raw(old.st_uid),
                group: Gid::from_raw(old.st_gid),
            })),
            // The link itself is to be replaced; its mode says nothing.
            SFlag::S_IFLNK => Ok(None),
            SFlag::S_IFDIR => refuse(Errno::EISDIR.into()),
            _ => refuse(io::Error::new(
                ErrorKind::InvalidInput,
                "not a regular file",
            )),
        }
    }

    pub(super) fn error(&self, step: Step, source: io::Error) -> Error {
        Error {
            path: self.path.clone(),
            step,
            source,
        }
    }
}

/// By hand, since `canonicalize` wants the last one to lead to something.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..=MOST_LINKS {
        match readlink(&path) {
            // A relative link starts from where the link is.
            Ok(to) => path = parent(&path).join(to),
            // Not a link, or not there.
            Err(Errno::EINVAL | Errno::ENOENT) => return Ok(path),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Errno::ELOOP.into())
}

fn open_parent(path: &Path) -> io::Result<File> {
    let directory = File::open(parent(path))?;
    if directory.metadata()?.is_dir() {
        Ok(directory)
    } else {
        Err(Errno::ENOTDIR.into())
    }
}

fn parent(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}
