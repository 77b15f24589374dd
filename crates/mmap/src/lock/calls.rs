//! The system calls under the families: each is asked to wait, to try, to free, and who it was.
//!
//! Sound: `flock(2)` takes two integers, of which the descriptor is borrowed and so open.
#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, fcntl};
use nix::libc;

use super::system;
use super::{Bytes, Family, Holder, LockError, Mode};

/// Takes the lock, however long it takes.
pub(super) fn wait(family: Family, mode: Mode, file: BorrowedFd) -> Result<(), LockError> {
    let outcome = uninterrupted(|| match family {
        Family::Flock => flock(file, operation(mode)),
        Family::Ofd(bytes) => system::wait(file, &request(mode, bytes)),
        Family::Process(bytes) => fcntl(file, FcntlArg::F_SETLKW(&request(mode, bytes))).map(drop),
    });
    outcome.map_err(|errno| failure(family, Some(mode), errno))
}

/// Takes the lock if it is free. Returns whether it was.
pub(super) fn attempt(family: Family, mode: Mode, file: BorrowedFd) -> Result<bool, LockError> {
    let outcome = uninterrupted(|| match family {
        Family::Flock => flock(file, operation(mode) | libc::LOCK_NB),
        Family::Ofd(bytes) => system::set(file, &request(mode, bytes)),
        Family::Process(bytes) => fcntl(file, FcntlArg::F_SETLK(&request(mode, bytes))).map(drop),
    });
    match outcome {
        Ok(()) => Ok(true),
        // POSIX lets F_SETLK say either. EAGAIN is flock's EWOULDBLOCK.
        Err(Errno::EAGAIN | Errno::EACCES) => Ok(false),
        Err(errno) => Err(failure(family, Some(mode), errno)),
    }
}

pub(super) fn unlock(family: Family, file: BorrowedFd) -> Result<(), LockError> {
    let outcome = uninterrupted(|| match family {
        Family::Flock => flock(file, libc::LOCK_UN),
        Family::Ofd(bytes) => system::set(file, &describe(libc::F_UNLCK as _, bytes)),
        Family::Process(bytes) => fcntl(
            file,
            FcntlArg::F_SETLK(&describe(libc::F_UNLCK as _, bytes)),
        )
        .map(drop),
    });
    outcome.map_err(|errno| failure(family, None, errno))
}

pub(super) fn holder(
    family: Family,
    mode: Mode,
    file: BorrowedFd,
) -> Result<Option<Holder>, LockError> {
    let outcome = match family {
        Family::Flock => return Ok(system::flock_holder(file, mode)),
        Family::Ofd(bytes) => {
            let mut lock = request(mode, bytes);
            system::get(file, &mut lock).map(|()| lock)
        }
        Family::Process(bytes) => {
            let mut lock = request(mode, bytes);
            fcntl(file, FcntlArg::F_GETLK(&mut lock)).map(|_| lock)
        }
    };
    outcome
        .map(|lock| answer(&lock))
        .map_err(|errno| failure(family, None, errno))
}

/// What `F_GETLK` has written: `F_UNLCK`, or somebody's lock.
fn answer(lock: &libc::flock) -> Option<Holder> {
    let mode = match lock.l_type {
        free if free == libc::F_UNLCK as libc::c_short => return None,
        shared if shared == libc::F_RDLCK as libc::c_short => Mode::Shared,
        _ => Mode::Exclusive,
    };
    Some(Holder {
        // -1 for the lock of an open file description. 0 for a process in another PID namespace.
        pid: u32::try_from(lock.l_pid).ok().filter(|&pid| pid != 0),
        mode,
        bytes: Bytes::from_kernel(lock.l_start, lock.l_len),
    })
}

fn operation(mode: Mode) -> libc::c_int {
    match mode {
        Mode::Shared => libc::LOCK_SH,
        Mode::Exclusive => libc::LOCK_EX,
    }
}

fn request(mode: Mode, bytes: Bytes) -> libc::flock {
    match mode {
        Mode::Shared => describe(libc::F_RDLCK as _, bytes),
        Mode::Exclusive => describe(libc::F_WRLCK as _, bytes),
    }
}

/// The constants are wider than the field on Linux, hence the casts of the callers.
fn describe(kind: libc::c_short, bytes: Bytes) -> libc::flock {
    let (l_start, l_len) = bytes.to_kernel();
    libc::flock {
        l_type: kind,
        l_whence: libc::SEEK_SET as _,
        l_start,
        l_len,
        // The kernel insists on 0 for the locks of open file descriptions.
        l_pid: 0,
    }
}

fn flock(file: BorrowedFd, operation: libc::c_int) -> nix::Result<()> {
    // SAFETY: the descriptor is open for as long as it is borrowed.
    let result = unsafe { libc::flock(file.as_raw_fd(), operation) };
    Errno::result(result).map(drop)
}

fn uninterrupted(mut call: impl FnMut() -> nix::Result<()>) -> nix::Result<()> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            outcome => return outcome,
        }
    }
}

fn failure(family: Family, mode: Option<Mode>, errno: Errno) -> LockError {
    match (errno, mode, family) {
        (Errno::EDEADLK, ..) => LockError::Deadlock,
        (Errno::EBADF, Some(mode), Family::Ofd(_) | Family::Process(_)) => {
            LockError::NotOpenFor(mode)
        }
        _ => LockError::Failed {
            call: match family {
                Family::Flock => "flock",
                Family::Ofd(_) => "fcntl(F_OFD_SETLK)",
                Family::Process(_) => "fcntl(F_SETLK)",
            },
            source: io::Error::from(errno),
        },
    }
}
