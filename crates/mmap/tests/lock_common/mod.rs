//! What the tests of locks have in common.

// Each test program compiles this file for itself.
#![allow(unreachable_pub)]

use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;

use mmap::lock::{Bytes, Guard, LockError};

pub fn open(path: &Path) -> File {
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).unwrap()
}

pub fn bytes(range: impl std::ops::RangeBounds<u64>) -> Bytes {
    Bytes::new(range).unwrap()
}

#[track_caller]
pub fn assert_free<F: AsFd>(outcome: Result<Guard<F>, LockError>) {
    let unlocked = outcome.and_then(Guard::unlock).map(drop);
    assert!(unlocked.is_ok(), "{unlocked:?}");
}

#[track_caller]
pub fn assert_busy<T: std::fmt::Debug>(outcome: Result<T, LockError>) {
    assert!(
        matches!(outcome, Err(LockError::WouldBlock(_))),
        "{outcome:?}"
    );
}
