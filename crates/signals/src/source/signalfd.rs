//! The kernel's own descriptor of signals.
//!
//! Sound: `signalfd` reads a set and makes a descriptor that is ours; what is read from it are
//! whole structs of integers.
#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd};
use std::thread::{self, ThreadId};

use nix::errno::Errno;
use nix::libc;

use super::SourceError;
use crate::set::SignalSet;
use crate::signal::{RawInfo, Received};

const RECORD: usize = size_of::<libc::signalfd_siginfo>();

#[derive(Debug)]
pub(super) struct SignalFd {
    file: File,
    /// The mask that the thread had.
    old: SignalSet,
    /// Whose mask it is.
    thread: ThreadId,
}

impl SignalFd {
    pub(super) fn new(set: &SignalSet) -> Result<Self, SourceError> {
        let failed = |call| move |source| SourceError::Failed { call, source };
        let guard = set.block().map_err(failed("pthread_sigmask"))?;
        let fd = open(set).map_err(|error| failed("signalfd")(error.into()))?;
        let old = *guard.old();
        guard.keep();
        Ok(Self {
            file: File::from(fd),
            old,
            thread: thread::current().id(),
        })
    }

    pub(super) fn read(&mut self) -> io::Result<Vec<Received>> {
        let mut batch = Vec::new();
        let mut buffer = [0; 16 * RECORD];
        loop {
            match self.file.read(&mut buffer) {
                Ok(length) => {
                    let (records, _) = buffer[..length].as_chunks();
                    batch.extend(records.iter().filter_map(received));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(batch),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for SignalFd {
    fn drop(&mut self) {
        if self.thread == thread::current().id()
            && let Ok(guard) = self.old.make_mask()
        {
            guard.keep();
        }
    }
}

impl AsFd for SignalFd {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

fn open(set: &SignalSet) -> nix::Result<OwnedFd> {
    let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
    // SAFETY: -1 asks for a new descriptor, and the set is initialised.
    let fd = Errno::result(unsafe { libc::signalfd(-1, set.as_raw(), flags) })?;
    // SAFETY: the kernel has just made it for us, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

fn received(record: &[u8; RECORD]) -> Option<Received> {
    // SAFETY: the record has the struct's size, and any bytes make a struct of integers; it is read
    // unaligned.
    let info: libc::signalfd_siginfo = unsafe {
        record
            .as_ptr()
            .cast::<libc::signalfd_siginfo>()
            .read_unaligned()
    };
    Received::from_raw(RawInfo {
        number: i32::try_from(info.ssi_signo).ok()?,
        code: info.ssi_code,
        pid: info.ssi_pid as i32,
        uid: info.ssi_uid,
        value: info.ssi_int,
    })
}
