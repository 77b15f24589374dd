//! All that the kernel keeps about a file: `stat`.
//!
//! A file is an inode; its names are elsewhere, in directories, and the inode does not know them.
//! What it knows fits into one `struct stat`: what kind of file it is and who may do what with it
//! (the *mode*), its owner, how many names it has, how long it is, how many blocks it takes, and
//! when it was read, written and changed. Birth came late: Linux tells it through statx(2) only, macOS
//! as `st_birthtimespec`; [`Metadata::created`] asks whichever there is.
//!
//! [`Info`] is one file's, with the numbers turned into what people call them; [`Template`] prints
//! them in the directives of GNU's `stat -c`; [`Filesystem`] is what statvfs(3) tells about the whole
//! filesystem that holds a file.

mod filesystem;
mod format;
mod local_time;
mod names;
mod quote;
mod template;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;

use std::fs::{self, FileType, Metadata};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::walk::Kind;

pub use filesystem::Filesystem;
pub(crate) use format::{Spec, Value};
pub use local_time::LocalTime;
pub use names::Names;
pub(crate) use platform::{major, minor};
pub use quote::shell_quoted;
pub use template::{Template, TemplateError};

/// One file as it was when it was asked for.
#[derive(Debug, Clone)]
pub struct Info {
    path: PathBuf,
    metadata: Metadata,
}

/// A point in time as inodes have it; times before 1970 have negative seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Since 1970, rounded down.
    pub seconds: i64,
    /// 0 to 999 999 999, always counted forwards.
    pub nanoseconds: u32,
}

/// A file that could not be looked at.
#[derive(Debug, thiserror::Error)]
#[error("cannot stat {}", path.display())]
pub struct InfoError {
    /// As it was asked for.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Info {
    /// Asks with lstat(2), or with stat(2) when symlinks are to be followed.
    ///
    /// # Errors
    ///
    /// Those of the two calls, with the path.
    pub fn of(path: impl Into<PathBuf>, follow: bool) -> Result<Info, InfoError> {
        let path = path.into();
        let asked = if follow {
            fs::metadata(&path)
        } else {
            fs::symlink_metadata(&path)
        };
        match asked {
            Ok(metadata) => Ok(Info { path, metadata }),
            Err(source) => Err(InfoError { path, source }),
        }
    }

    /// As it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the symlink holds, when it is one that was not followed. Read when asked for: reading a
    /// link counts as an access to it.
    pub fn target(&self) -> Option<PathBuf> {
        let is_link = self.metadata.is_symlink();
        is_link.then(|| fs::read_link(&self.path).ok()).flatten()
    }

    /// The numbers as std has them.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        kind_of(self.metadata.file_type())
    }

    /// The kind in GNU's words: `regular empty file`, `symbolic link`.
    pub fn kind_in_words(&self) -> &'static str {
        match self.kind() {
            Kind::File if self.metadata.len() == 0 => "regular empty file",
            Kind::File => "regular file",
            Kind::Directory => "directory",
            Kind::Symlink => "symbolic link",
            Kind::Fifo => "fifo",
            Kind::Socket => "socket",
            Kind::CharacterDevice => "character special file",
            Kind::BlockDevice => "block special file",
        }
    }

    /// When the contents were last read, as far as the mount's options have that recorded.
    pub fn accessed(&self) -> Time {
        Time::new(self.metadata.atime(), self.metadata.atime_nsec())
    }

    /// When the contents last changed.
    pub fn modified(&self) -> Time {
        Time::new(self.metadata.mtime(), self.metadata.mtime_nsec())
    }

    /// When the inode last changed: its mode, owner, names or contents. No call sets this one.
    pub fn changed(&self) -> Time {
        Time::new(self.metadata.ctime(), self.metadata.ctime_nsec())
    }

    /// When the inode was made, where the filesystem keeps that.
    pub fn born(&self) -> Option<Time> {
        let since = self
            .metadata
            .created()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?;
        Some(Time {
            seconds: since.as_secs().try_into().ok()?,
            nanoseconds: since.subsec_nanos(),
        })
    }

    /// Where the filesystem that holds the file is mounted.
    ///
    /// # Errors
    ///
    /// Those of resolving the path.
    pub fn mount_point(&self) -> io::Result<PathBuf> {
        let start = if self.metadata.is_symlink() {
            fs::canonicalize(parent(&self.path))?
        } else {
            fs::canonicalize(&self.path)?
        };
        let device = |path: &Path| fs::symlink_metadata(path).map(|found| found.dev());
        let here = self.metadata.dev();
        let mut top = start;
        while let Some(above) = top
            .parent()
            .filter(|above| device(above).is_ok_and(|d| d == here))
        {
            top = above.to_owned();
        }
        Ok(top)
    }
}

impl Time {
    fn new(seconds: i64, nanoseconds: i64) -> Self {
        Time {
            seconds,
            nanoseconds: nanoseconds.try_into().unwrap_or(0),
        }
    }
}

/// A mode as `ls -l` shows it: `drwxr-xr-x`. A special bit stands in the place of an x, and is a
/// capital where there is no x under it.
pub fn permissions(mode: u32) -> String {
    // The numbers are the same on Linux and macOS.
    let letter = match mode & 0o170_000 {
        0o040_000 => 'd',
        0o120_000 => 'l',
        0o010_000 => 'p',
        0o140_000 => 's',
        0o020_000 => 'c',
        0o060_000 => 'b',
        _ => '-',
    };
    let mut text = String::from(letter);
    for (shift, special, on, on_without_x) in [
        (6, 0o4000, 's', 'S'),
        (3, 0o2000, 's', 'S'),
        (0, 0o1000, 't', 'T'),
    ] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (bits & 1 != 0, mode & special != 0) {
            (true, true) => on,
            (false, true) => on_without_x,
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// std's answer in our words; what it does not know counts as a plain file.
fn kind_of(file_type: FileType) -> Kind {
    [
        (file_type.is_dir(), Kind::Directory),
        (file_type.is_symlink(), Kind::Symlink),
        (file_type.is_fifo(), Kind::Fifo),
        (file_type.is_socket(), Kind::Socket),
        (file_type.is_char_device(), Kind::CharacterDevice),
        (file_type.is_block_device(), Kind::BlockDevice),
    ]
    .into_iter()
    .find_map(|(is, kind)| is.then_some(kind))
    .unwrap_or(Kind::File)
}

/// The directory that the last name of `path` is in.
fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) => Path::new("."),
        None => path,
    }
}
