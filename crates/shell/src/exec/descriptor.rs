//! Descriptors by number, as the language names them.
//!
//! `3>file` and `2>&1` speak of numbers, so that here, and only here, a number stands for a
//! descriptor. The rule that keeps the shell's own descriptors out of a script's reach: what the
//! shell opens for itself is close-on-exec, what a script opened is not, and `>&n` of a number that
//! is close-on-exec is refused as if it were closed.
//!
//! # Soundness
//!
//! Each call takes a number and gives a status; none reads or writes memory except `write`, which
//! gets a pointer and a length of one slice. A number that is not open is an error, not undefined.
//! What owns its descriptor elsewhere is never closed from here: the numbers that are placed or
//! closed are those that the script named, and no `OwnedFd` of the shell has such a number, because
//! [`duplicate_high`] moves away whatever a redirection would hit.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::libc;
use nix::unistd;

/// The lowest number that the shell uses for itself; scripts may use those below.
pub(crate) const FIRST_HIGH: RawFd = 10;

/// A copy of `number` at 10 or above, close-on-exec.
pub(crate) fn duplicate_high(number: RawFd) -> Result<OwnedFd, Errno> {
    // SAFETY: F_DUPFD_CLOEXEC takes two numbers and touches no memory.
    let copy = unsafe { libc::fcntl(number, libc::F_DUPFD_CLOEXEC, FIRST_HIGH) };
    let copy = Errno::result(copy)?;
    // SAFETY: the kernel has just made this descriptor, and nobody else knows it.
    Ok(unsafe { OwnedFd::from_raw_fd(copy) })
}

/// Makes `target` the same as `source`, and lets programs inherit it.
pub(crate) fn place(source: RawFd, target: RawFd) -> Result<(), Errno> {
    if source == target {
        // SAFETY: F_SETFD takes two numbers and touches no memory.
        let set = unsafe { libc::fcntl(target, libc::F_SETFD, 0) };
        return Errno::result(set).map(drop);
    }
    loop {
        // SAFETY: dup2 takes two numbers and touches no memory.
        let placed = unsafe { libc::dup2(source, target) };
        match Errno::result(placed) {
            Err(Errno::EINTR | Errno::EBUSY) => {}
            other => return other.map(drop),
        }
    }
}

/// Closes a number that the script named.
pub(crate) fn close(number: RawFd) {
    // SAFETY: close takes a number; the module's argument says why it is nobody's property.
    unsafe { libc::close(number) };
}

/// Whether `number` is open and the script's.
pub(crate) fn is_for_scripts(number: RawFd) -> bool {
    // SAFETY: F_GETFD takes a number and touches no memory.
    let flags = unsafe { libc::fcntl(number, libc::F_GETFD) };
    flags >= 0 && flags & libc::FD_CLOEXEC == 0
}

/// Whether `number` is open and a terminal.
pub(crate) fn is_terminal(number: RawFd) -> bool {
    // SAFETY: isatty takes a number and touches no memory of ours.
    unsafe { libc::isatty(number) == 1 }
}

/// Writes all of `bytes`, however many calls it takes; a signal does not cut it short.
pub(crate) fn write_all(number: RawFd, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        // SAFETY: the pointer and the length are those of one live slice.
        let written = unsafe { libc::write(number, bytes.as_ptr().cast(), bytes.len()) };
        match Errno::result(written) {
            Ok(count) => bytes = &bytes[count.unsigned_abs()..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads once into `buffer`; gives the count, 0 at the end.
pub(crate) fn read(number: RawFd, buffer: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the pointer and the length are those of one live, exclusive slice.
    let count = unsafe { libc::read(number, buffer.as_mut_ptr().cast(), buffer.len()) };
    Errno::result(count).map(isize::unsigned_abs)
}

/// A pipe, both ends close-on-exec.
pub(crate) fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    #[cfg(not(target_os = "macos"))]
    return unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC);
    #[cfg(target_os = "macos")]
    {
        use nix::fcntl::{FcntlArg, FdFlag, fcntl};
        // macOS has no pipe2. The shell has one thread, so that nothing starts in between.
        let (reader, writer) = unistd::pipe()?;
        fcntl(&reader, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        fcntl(&writer, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        Ok((reader, writer))
    }
}

/// The pipe's end away from the numbers that scripts use.
pub(crate) fn move_high(end: OwnedFd) -> Result<OwnedFd, Errno> {
    if end.as_raw_fd() >= FIRST_HIGH {
        return Ok(end);
    }
    duplicate_high(end.as_raw_fd())
}
