//! The lock file: locked while its owner lives, and removed by nobody else.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use nix::libc;

/// A locked file that the path leads to.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Closing it frees the lock. No other process has the descriptor: std opens with `O_CLOEXEC`.
    file: File,
}

impl Lock {
    /// `None` when somebody else has it.
    pub(super) fn take(path: &Path) -> io::Result<Option<Self>> {
        let path = std::path::absolute(path)?;
        loop {
            let file = open(&path)?;
            match file.try_lock() {
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
                Ok(()) => {}
            }
            // Its owner before us may have removed it between our opening and our locking.
            if leads_to(&path, &file)? {
                return Ok(Some(Lock { path, file }));
            }
        }
    }

    /// To be called by the owner, while it is locked.
    pub(super) fn remove_file(&self) {
        if leads_to(&self.path, &self.file).unwrap_or(false) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Not through a symbolic link: in a folder that others write to, it could have us make a file elsewhere.
fn open(path: &Path) -> io::Result<File> {
    File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
}

fn leads_to(path: &Path, file: &File) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
