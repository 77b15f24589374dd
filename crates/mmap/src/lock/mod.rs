//! Locks on files, for programs that have to take turns.
//!
//! # Concepts
//!
//! A file lock is *advisory*: the kernel keeps a list beside the inode of who has locked what, lets
//! those wait who ask for a lock that conflicts, and otherwise does nothing. Reads and writes are not
//! looked at; whoever does not ask is not held up. A lock is *shared* (readers, any number of
//! them) or *exclusive* (a writer, alone). It has no name and no file of its own, so there is nothing
//! left to clean up when its owner dies.
//!
//! There are three [families](Family), and what sets them apart is who the owner is:
//!
//! | family | owner | locks | freed when |
//! |---|---|---|---|
//! | [`Flock`](Family::Flock), `flock(2)` | the *open file description* | the whole file | its last descriptor is closed |
//! | [`Ofd`](Family::Ofd), `fcntl(F_OFD_SETLK)` | the open file description | ranges of bytes | its last descriptor is closed |
//! | [`Process`](Family::Process), `fcntl(F_SETLK)` | the process | ranges of bytes | *any* descriptor of the file is closed |
//!
//! An open file description is what one `open(2)` makes: the offset and the flags, shared by all
//! duplicates of the descriptor, also by those that child processes inherit. So the first two
//! work between threads that have opened the file each for itself, can be handed to a child, and
//! are one lock for a whole family of duplicates.
//!
//! # The closing trap
//!
//! The third family is the oldest (POSIX), and goes by process. Two threads of a process never
//! keep each other out. And *closing any descriptor of the file frees all its locks*: a library that
//! opens the same file to read a line from it, and closes it, has unlocked the database that
//! had it locked. SQLite keeps descriptors open for just this reason. The family has two merits: every
//! Unix has it, and it is the only one that finds out when two wait for each other
//! ([`LockError::Deadlock`]).
//!
//! # What to use
//!
//! - The whole file, among programs of your own: std's [`File::lock`](std::fs::File::lock), which is
//!   `flock(2)` on Linux and macOS. This module adds the guard, the deadline and the holder.
//! - Ranges of bytes: [`Family::Ofd`], on Linux and macOS.
//! - Together with a program that uses one of them: that one. On Linux the first family and
//!   the other two do not see each other; on macOS, and on NFS, they do.
//!
//! On a network file system ask its documentation first. And never remove a lock file: whoever waits
//! for it has it open, and gets a lock on a file that nobody will find any more.
//!
//! # Deadlines
//!
//! None of the calls takes a time limit. `flock(1)` has a signal interrupt the waiting call,
//! but signals belong to the program, not to a library. A thread that waits in our stead cannot be
//! called off: it would get the lock at some later time, when nobody wants it, and giving it back
//! would unlock whoever uses the same description by then. So [`Family::lock_within`] asks again
//! and again, first after a millisecond, then at growing distances, at most [`LONGEST_PAUSE`]. The
//! price: no place in the queue, so a waiter in [`Family::lock`] goes first, and up to one pause between
//! the release and our noticing.

mod bytes;
mod calls;
mod error;
mod guard;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod system;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod system;

use std::os::fd::{AsFd, BorrowedFd};
use std::thread;
use std::time::{Duration, Instant};

pub use bytes::{Bytes, BytesError};
pub use error::{Holder, LockError, UpgradeError};
pub use guard::Guard;

/// How far apart the attempts of [`Family::lock_within`] come to be.
pub const LONGEST_PAUSE: Duration = Duration::from_millis(50);

const FIRST_PAUSE: Duration = Duration::from_millis(1);

/// Whether others may hold it at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Together with other shared ones: for readers.
    Shared,
    /// Alone: for a writer.
    Exclusive,
}

/// Which of the kernel's three kinds of lock, and of which bytes; see the [module](self).
///
/// ```
/// use mmap::lock::{Bytes, Family, LockError, Mode};
/// use std::fs::File;
///
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("data");
/// let mine = File::create(&path)?;
/// let theirs = File::options().write(true).open(&path)?;
///
/// let guard = Family::Flock.lock(Mode::Exclusive, &mine)?;
/// let refused = Family::Flock.try_lock(Mode::Exclusive, &theirs);
/// assert!(matches!(refused, Err(LockError::WouldBlock(_))));
/// drop(guard);
/// let guard = Family::Flock.try_lock(Mode::Exclusive, &theirs)?;
/// # drop(guard);
///
/// let record = |n: u64| Family::Ofd(Bytes::new(n * 100..(n + 1) * 100).unwrap());
/// let first = record(0).lock(Mode::Exclusive, &mine)?;
/// let second = record(1).lock(Mode::Exclusive, &theirs)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias("flock", "fcntl", "F_SETLK", "F_OFD_SETLK"))]
pub enum Family {
    /// [flock(2)](https://man7.org/linux/man-pages/man2/flock.2.html): owned by the open file
    /// description, the whole file, which may be open for anything.
    Flock,
    /// [F_OFD_SETLK](https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html): owned by the
    /// open file description. As with the next one, the file has to be open for reading for a shared
    /// lock, for writing for an exclusive one.
    Ofd(Bytes),
    /// [F_SETLK](https://man7.org/linux/man-pages/man2/F_SETLK.2const.html): owned by the process,
    /// and lost when it closes any descriptor of the file.
    Process(Bytes),
}

impl Family {
    /// Takes the lock, waiting for as long as it takes. An interruption by a signal is no reason to
    /// give up.
    ///
    /// `file` may be a [`File`](std::fs::File), which the guard then keeps, or a reference to one.
    /// On an error what was given is dropped.
    ///
    /// An owner's own locks never stand in its way: a second lock of the same bytes by the same owner
    /// *replaces* the first, in mode and all, and the guard that is dropped first frees them for both.
    ///
    /// # Errors
    ///
    /// [`LockError::Deadlock`] of [`Family::Process`], and [`LockError::Failed`].
    pub fn lock<F: AsFd>(self, mode: Mode, file: F) -> Result<Guard<F>, LockError> {
        calls::wait(self, mode, file.as_fd())?;
        Ok(Guard::new(self, mode, file))
    }

    /// Takes the lock if it is free.
    ///
    /// # Errors
    ///
    /// [`LockError::WouldBlock`], with the holder where the kernel tells, and [`LockError::Failed`].
    pub fn try_lock<F: AsFd>(self, mode: Mode, file: F) -> Result<Guard<F>, LockError> {
        if calls::attempt(self, mode, file.as_fd())? {
            return Ok(Guard::new(self, mode, file));
        }
        Err(LockError::WouldBlock(self.holder(mode, file)?))
    }

    /// Takes the lock, unless it is not free for all of `limit`; the module's section on deadlines
    /// tells how.
    ///
    /// # Errors
    ///
    /// [`LockError::TimedOut`], not before `limit` is over, and [`LockError::Failed`].
    pub fn lock_within<F: AsFd>(
        self,
        mode: Mode,
        file: F,
        limit: Duration,
    ) -> Result<Guard<F>, LockError> {
        if self.attempt_until(mode, file.as_fd(), limit)? {
            return Ok(Guard::new(self, mode, file));
        }
        let holder = self.holder(mode, file)?;
        Err(LockError::TimedOut { limit, holder })
    }

    fn attempt_until(
        self,
        mode: Mode,
        file: BorrowedFd,
        limit: Duration,
    ) -> Result<bool, LockError> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            if calls::attempt(self, mode, file)? {
                return Ok(true);
            }
            let left = limit.saturating_sub(start.elapsed());
            if left.is_zero() {
                return Ok(false);
            }
            // The last attempt is at the very end of the limit.
            thread::sleep(pause.min(left));
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Who stands in the way of such a lock: one of the holders, at the time of asking. `flock(2)`
    /// has no call that tells. For it, Linux's list of all locks is searched, and on macOS the answer
    /// is `None`, as if it were free.
    ///
    /// # Errors
    ///
    /// [`LockError::Failed`].
    #[doc(alias("F_GETLK", "F_OFD_GETLK"))]
    pub fn holder(self, mode: Mode, file: impl AsFd) -> Result<Option<Holder>, LockError> {
        calls::holder(self, mode, file.as_fd())
    }
}
