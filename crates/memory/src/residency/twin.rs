//! A copy of this process that touches pages when told to.
//!
//! `unsafe` is allowed for `fork`. In a program with several threads the child may do only what is
//! allowed in a signal handler, for another thread may have held any lock (malloc's among them)
//! when it was copied. This child never returns to safe code: it reads commands from a socket,
//! loads and stores bytes of pages that it got by the fork, and ends with `_exit`. It allocates
//! nothing, locks nothing and cannot panic.
#![allow(unsafe_code)]

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicU8, Ordering};

use nix::libc;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::{ForkResult, Pid, fork};
use thiserror::Error;

use crate::page::{Pages, page_size};

/// Why the twin did not do it. What the system said is the error's source.
#[derive(Debug, Error)]
pub enum TwinError {
    /// There is no second process, or no connection to it.
    #[error("cannot start a copy of this process")]
    Start(#[source] io::Error),
    /// The child has ended.
    #[error("the copy of this process does not answer")]
    Gone(#[source] io::Error),
    /// There are not so many pages.
    #[error("there is no page {0}")]
    NoPage(usize),
}

/// A child by fork, with the same pages. Dropped, it is ended and waited for.
#[derive(Debug)]
pub struct Twin<'a> {
    pid: Pid,
    commands: UnixStream,
    /// The child has them at the same addresses.
    pages: &'a Pages,
}

/// A command is its letter, the number of a page in the machine's byte order, and the byte to
/// write.
const COMMAND: usize = 1 + size_of::<usize>() + 1;
const READ: u8 = b'r';
const WRITE: u8 = b'w';

impl<'a> Twin<'a> {
    /// Copies this process; the copy knows `pages`.
    ///
    /// # Errors
    ///
    /// Those of `socketpair(2)` and `fork(2)`.
    #[doc(alias = "fork")]
    pub fn of(pages: &'a Pages) -> Result<Twin<'a>, TwinError> {
        let (ours, theirs) = UnixStream::pair().map_err(TwinError::Start)?;
        let (parent_end, child_end) = (ours.as_raw_fd(), theirs.as_raw_fd());
        // Asked for before the fork, since the child may call nothing that locks.
        let size = page_size();
        // SAFETY: the child does only what a signal handler may do; see above.
        match unsafe { fork() }.map_err(|errno| TwinError::Start(errno.into()))? {
            ForkResult::Parent { child } => Ok(Twin {
                pid: child,
                commands: ours,
                pages,
            }),
            ForkResult::Child => {
                // Else it would keep itself alive by its copy of our end.
                // SAFETY: no value of this process uses the descriptor: the child never returns.
                unsafe { libc::close(parent_end) };
                obey(child_end, pages.bytes(), size)
            }
        }
    }

    /// The child's number, by which [`crate::maps`] reads its pages.
    pub fn pid(&self) -> Pid {
        self.pid
    }

    /// The child reads a byte of a page, and tells it.
    ///
    /// # Errors
    ///
    /// When there is no such page, or the child has ended.
    pub fn read(&mut self, page: usize) -> Result<u8, TwinError> {
        self.ask(READ, page, 0)
    }

    /// The child writes a byte of a page. When this returns it has.
    ///
    /// # Errors
    ///
    /// When there is no such page, or the child has ended.
    pub fn write(&mut self, page: usize, byte: u8) -> Result<(), TwinError> {
        self.ask(WRITE, page, byte).map(drop)
    }

    fn ask(&mut self, what: u8, page: usize, byte: u8) -> Result<u8, TwinError> {
        if page >= self.pages.count() {
            return Err(TwinError::NoPage(page));
        }
        let mut command = [0; COMMAND];
        command[0] = what;
        command[1..COMMAND - 1].copy_from_slice(&page.to_ne_bytes());
        command[COMMAND - 1] = byte;
        let mut answer = [0];
        self.commands
            .write_all(&command)
            .and_then(|()| self.commands.read_exact(&mut answer))
            .map_err(TwinError::Gone)?;
        Ok(answer[0])
    }
}

impl Drop for Twin<'_> {
    /// Ends the child. It is ours until it is waited for, so its number cannot be another's.
    fn drop(&mut self) {
        let _ = kill(self.pid, Signal::SIGKILL);
        let _ = waitpid(self.pid, None);
    }
}

/// The child's life: until the parent's end of the socket is closed.
fn obey(commands: RawFd, bytes: &[AtomicU8], page_size: usize) -> ! {
    let mut command = [0u8; COMMAND];
    loop {
        // SAFETY: the buffer has so many bytes.
        let read = unsafe { libc::read(commands, command.as_mut_ptr().cast(), COMMAND) };
        if read != COMMAND as isize {
            // Either end of file, or a signal that did not end us: none is handled here.
            // SAFETY: ends this process without running anything of its parent's.
            unsafe { libc::_exit(0) };
        }
        let [what, page @ .., byte] = command;
        let index = usize::from_ne_bytes(page).wrapping_mul(page_size);
        let answer = match bytes.get(index) {
            Some(place) if what == WRITE => {
                place.store(byte, Ordering::SeqCst);
                byte
            }
            Some(place) => place.load(Ordering::SeqCst),
            None => 0,
        };
        // SAFETY: it is one byte.
        unsafe { libc::write(commands, (&raw const answer).cast(), 1) };
    }
}
