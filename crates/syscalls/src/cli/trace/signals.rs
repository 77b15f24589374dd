//! Signals to the tracer.
#![allow(unsafe_code)]
// Soundness: the handler stores a number and calls alarm(2), both of which signal-safety(7) allows.

use std::io;
use std::sync::atomic::{AtomicI32, Ordering};

use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction};
use nix::unistd::{Pid as Process, alarm};
use syscalls::event::Pid;

/// From the keyboard, to all programs in the foreground.
pub(super) const KEYBOARD: &[Signal] = &[Signal::SIGINT, Signal::SIGQUIT];

/// To this program alone.
pub(super) const DEMANDS: &[Signal] = &[Signal::SIGTERM, Signal::SIGHUP];

/// All that end a program politely.
pub(super) const ENDS: &[Signal] = &[
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGHUP,
];

/// The number of a signal that has come.
pub(super) struct Caught(pub(super) i32);

/// 0 is none.
static CAUGHT: AtomicI32 = AtomicI32::new(0);

/// The signal that has come since this was last asked.
pub(super) fn caught() -> Option<Caught> {
    match CAUGHT.swap(0, Ordering::Relaxed) {
        0 => None,
        number => Some(Caught(number)),
    }
}

pub(super) fn ignore(signals: &[Signal]) -> io::Result<()> {
    set(signals, SigHandler::SigIgn)
}

/// From now on these interrupt a wait of the tracer, and [`caught`] tells of them. One that was
/// ignored when we were started stays so (nohup).
pub(super) fn catch(signals: &[Signal]) -> io::Result<()> {
    set(&[Signal::SIGALRM], SigHandler::Handler(note))?;
    set(signals, SigHandler::Handler(note))
}

pub(super) fn send(process: Pid, signal: i32) -> io::Result<()> {
    let signal = Signal::try_from(signal)?;
    match kill(Process::from_raw(process), signal) {
        // It has ended by itself.
        Ok(()) | Err(nix::errno::Errno::ESRCH) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Without `SA_RESTART`: waitpid is to come back and say that it was interrupted.
fn set(signals: &[Signal], handler: SigHandler) -> io::Result<()> {
    let action = SigAction::new(handler, SaFlags::empty(), SigSet::empty());
    for signal in signals {
        // SAFETY: SIG_IGN, or a handler that does only what a handler may do.
        let before = unsafe { sigaction(*signal, &action) }?;
        if *signal == Signal::SIGHUP && matches!(before.handler(), SigHandler::SigIgn) {
            // SAFETY: the disposition is what it was before.
            unsafe { sigaction(*signal, &before) }?;
        }
    }
    Ok(())
}

/// A signal may come when the tracer has looked and not yet begun to wait; that wait would not be
/// interrupted. So the alarm clock rings, again and again until somebody has looked.
extern "C" fn note(number: i32) {
    if number != Signal::SIGALRM as i32 {
        CAUGHT.store(number, Ordering::Relaxed);
    }
    if CAUGHT.load(Ordering::Relaxed) != 0 {
        alarm::set(1);
    }
}
