//! The lock is what counts, and the kernel drops it however the process ends.
//!
//! The file stays: who removes it takes the name from under the lock, and two instances could each
//! have a lock on another file.

use std::fs::{File, TryLockError};
use std::io;
use std::path::Path;

/// This instance's right to run, for as long as the file is open; `None` when another one has it.
pub fn only_one(path: &Path) -> io::Result<Option<File>> {
    let file = File::options()
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}
