//! What can go wrong with a watch, each with its path and, where the reader can do something about
//! it, with what to do.

use std::io;
use std::path::{Path, PathBuf};

/// Why something is not watched.
#[derive(Debug, thiserror::Error)]
pub enum WatchError {
    /// There is nothing of that name.
    #[error("cannot watch {}: no such file or directory", .0.display())]
    NoSuchPath(PathBuf),

    /// It was never watched, or has been removed since.
    #[error("{} is not watched", .0.display())]
    NotWatched(PathBuf),

    /// inotify counts a watch per directory, for each user, and there is a limit.
    #[error(
        "cannot watch {}: the limit of inotify watches is reached (fs.inotify.max_user_watches); \
         raise it with `sysctl fs.inotify.max_user_watches=1048576`, or look by polling",
        .0.display()
    )]
    TooManyWatches(PathBuf),

    /// Each watcher is an inotify instance, and a user may have 128 of them.
    #[error(
        "cannot watch anything: the limit of inotify instances is reached; \
         raise it with `sysctl fs.inotify.max_user_instances=1024`, or look by polling"
    )]
    TooManyWatchers,

    /// Any other refusal of the system.
    #[error("cannot watch {}: {source}", path.display())]
    Refused {
        /// What was to be watched.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// The kernel's events cannot be read any more, or not from the beginning.
    #[error("cannot read the kernel's events: {0}")]
    Source(#[source] io::Error),
}

impl WatchError {
    pub(super) fn refused(path: &Path, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => WatchError::NoSuchPath(path),
            _ => WatchError::Refused { path, source },
        }
    }

    /// What `notify` says about attaching to `path`.
    pub(super) fn attaching(path: &Path, error: notify::Error) -> Self {
        match error.kind {
            notify::ErrorKind::MaxFilesWatch => WatchError::TooManyWatches(path.to_owned()),
            notify::ErrorKind::PathNotFound => WatchError::NoSuchPath(path.to_owned()),
            kind => WatchError::refused(path, into_io(kind)),
        }
    }

    /// What `notify` says when it cannot start or go on.
    pub(super) fn source(error: notify::Error) -> Self {
        match into_io(error.kind) {
            error if error.raw_os_error() == Some(nix::libc::EMFILE) => WatchError::TooManyWatchers,
            error => WatchError::Source(error),
        }
    }
}

fn into_io(kind: notify::ErrorKind) -> io::Error {
    match kind {
        notify::ErrorKind::Io(error) => error,
        kind => io::Error::other(notify::Error::new(kind)),
    }
}
