//! The signals that end this program, for tasks that have something to end first.
//!
//! They are caught and not blocked: what a thread blocks is blocked in the programs that it starts, and
//! a lesson about signals would wait for ever. What is caught is back at its default there.
#![allow(unsafe_code)]
// Soundness: the handler loads a number and calls write(2), which signal-safety(7) allows; the descriptor
// it writes to is never closed.

use std::io::{self, PipeReader};
use std::os::fd::{BorrowedFd, IntoRawFd};
use std::sync::atomic::{AtomicI32, Ordering};

use nix::errno::Errno;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::unistd::write;

/// The pipe's end that a signal is written to; -1 before there is one.
static TOLD: AtomicI32 = AtomicI32::new(-1);

/// From now on a byte, its number, can be read for each SIGINT, SIGTERM and SIGHUP; what was ignored
/// (`nohup`) stays so. To be called once.
pub(crate) fn catch() -> io::Result<PipeReader> {
    let (reader, writer) = io::pipe()?;
    TOLD.store(writer.into_raw_fd(), Ordering::SeqCst);
    let action = SigAction::new(
        SigHandler::Handler(note),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    for signal in [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP] {
        // SAFETY: the handler does what a handler may do.
        let before = unsafe { sigaction(signal, &action) }?;
        if matches!(before.handler(), SigHandler::SigIgn) {
            // SAFETY: nothing is called.
            unsafe { sigaction(signal, &before) }?;
        }
    }
    Ok(reader)
}

extern "C" fn note(signal: i32) {
    // Whatever was interrupted may be about to look at errno.
    let errno = Errno::last_raw();
    // SAFETY: handlers are installed after the descriptor is known, and nobody closes it.
    let pipe = unsafe { BorrowedFd::borrow_raw(TOLD.load(Ordering::SeqCst)) };
    let _ = write(pipe, &[signal.cast_unsigned() as u8]);
    Errno::set_raw(errno);
}
