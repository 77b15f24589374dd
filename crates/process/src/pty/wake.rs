//! Signals as something to poll for: the self-pipe.
//!
//! Between a look at a flag that a handler sets and the `poll` after it, the signal may come, and `poll`
//! then sleeps on. A byte in a pipe does not get lost.
//!
//! Sound: the handler reads one atomic number and calls `write`, which is async-signal-safe, and keeps
//! `errno` as it was. The pipe is never closed once it is made, so the number is never that of another file.
#![allow(unsafe_code)]

use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, IntoRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use nix::errno::Errno;
use nix::libc::{self, c_int};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

/// Where the handler writes; -1 before the pipe is made.
static WRITE: AtomicI32 = AtomicI32::new(-1);

/// The reading end, kept for the next one who waits. The lock is held while one does.
static READ: Mutex<Option<UnixStream>> = Mutex::new(None);

/// Awake at `SIGCHLD` and `SIGWINCH`, until this is dropped.
pub(super) struct Wake {
    read: MutexGuard<'static, Option<UnixStream>>,
    before: Vec<(Signal, SigAction)>,
}

impl Wake {
    pub(super) fn new() -> io::Result<Self> {
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if read.is_none() {
            let (reads, writes) = UnixStream::pair()?;
            reads.set_nonblocking(true)?;
            writes.set_nonblocking(true)?;
            let number: RawFd = writes.into_raw_fd();
            WRITE.store(number, Ordering::Release);
            *read = Some(reads);
        }
        let mut wake = Self {
            read,
            before: Vec::new(),
        };
        for signal in [Signal::SIGCHLD, Signal::SIGWINCH] {
            let handler = SigHandler::Handler(note);
            let action = SigAction::new(handler, SaFlags::SA_RESTART, SigSet::empty());
            // SAFETY: the handler does only what the module's argument says.
            let before = unsafe { sigaction(signal, &action) }?;
            wake.before.push((signal, before));
        }
        Ok(wake)
    }

    /// Forgets what has come so far.
    pub(super) fn clear(&self) {
        let mut bytes = [0; 64];
        while (&mut self.stream())
            .read(&mut bytes)
            .is_ok_and(|count| count > 0)
        {}
    }

    fn stream(&self) -> &UnixStream {
        self.read.as_ref().expect("made with the wake")
    }
}

impl AsFd for Wake {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream().as_fd()
    }
}

impl Drop for Wake {
    fn drop(&mut self) {
        for (signal, before) in &self.before {
            // SAFETY: what was there before.
            let _ = unsafe { sigaction(*signal, before) };
        }
        self.clear();
    }
}

extern "C" fn note(_: c_int) {
    let errno = Errno::last_raw();
    let byte = [0u8];
    // SAFETY: one byte from an array of one. A full pipe refuses it, and wakes the reader anyway.
    unsafe { libc::write(WRITE.load(Ordering::Acquire), byte.as_ptr().cast(), 1) };
    Errno::set_raw(errno);
}
