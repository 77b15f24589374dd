//! Restores a terminal when a signal ends the program.
//!
//! Sound: a handler may run at any moment, between any two instructions, on any thread. Ours reads one
//! atomic pointer to a value that is never changed and never freed, and calls `tcsetattr`, `sigaction` and
//! `raise`, which POSIX lists as async-signal-safe. Each mode leaves such a value behind when it ends (some
//! hundred bytes): a handler on another thread might still be reading it.
#![allow(unsafe_code)]

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use nix::libc::{self, c_int};
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};
use nix::sys::termios::Termios;

const SIGNALS: [Signal; 4] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
];

/// What the handler restores. The terminal's descriptor belongs to the mode, which outlives its place
/// here.
struct Saved {
    terminal: RawFd,
    settings: libc::termios,
}

/// Null when there is nothing to restore. Set by [`Handlers::install`], and back by its end.
static SAVED: AtomicPtr<Saved> = AtomicPtr::new(ptr::null_mut());

/// The handlers that were installed, until this is dropped.
#[derive(Debug)]
pub(super) struct Handlers {
    installed: Vec<Signal>,
    outer: *mut Saved,
}

// SAFETY: the pointer is to a value that lives for ever and is only compared and put back.
unsafe impl Send for Handlers {}

// SAFETY: as above.
unsafe impl Sync for Handlers {}

impl Handlers {
    pub(super) fn install(terminal: &OwnedFd, settings: &Termios) -> nix::Result<Self> {
        let saved = Box::leak(Box::new(Saved {
            terminal: terminal.as_raw_fd(),
            settings: settings.clone().into(),
        }));
        let outer = SAVED.swap(saved, Ordering::AcqRel);
        let mut handlers = Self {
            installed: Vec::new(),
            outer,
        };
        for signal in SIGNALS {
            if set(signal, SigHandler::Handler(restore_and_end))? {
                handlers.installed.push(signal);
            }
        }
        Ok(handlers)
    }

    /// Nothing to restore any more, or what an outer mode has.
    pub(super) fn disarm(&mut self) {
        SAVED.store(self.outer, Ordering::Release);
        for signal in self.installed.drain(..) {
            let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
            // SAFETY: the default action is no function of ours.
            let _ = unsafe { sigaction(signal, &default) };
        }
    }
}

impl Drop for Handlers {
    fn drop(&mut self) {
        if !self.installed.is_empty() {
            self.disarm();
        }
    }
}

/// Installs a handler where the signal has its default action. One that is ignored stays so (`nohup`), and
/// the program's own handler is the program's own affair: it is put back.
fn set(signal: Signal, handler: SigHandler) -> nix::Result<bool> {
    let ours = SigAction::new(handler, SaFlags::empty(), SigSet::all());
    // SAFETY: the handler does only what the module's argument says.
    let before = unsafe { sigaction(signal, &ours) }?;
    if matches!(before.handler(), SigHandler::SigDfl) {
        return Ok(true);
    }
    // SAFETY: what was there before.
    unsafe { sigaction(signal, &before) }?;
    Ok(false)
}

extern "C" fn restore_and_end(signal: c_int) {
    // SAFETY: null, or a value that is never freed.
    if let Some(saved) = unsafe { SAVED.load(Ordering::Acquire).as_ref() } {
        // SAFETY: settings that the kernel gave; a descriptor that is no terminal any more is refused.
        unsafe { libc::tcsetattr(saved.terminal, libc::TCSANOW, &saved.settings) };
    }
    // SAFETY: the default action; the signal is blocked here and ends us at the handler's return.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // SAFETY: takes a number.
    unsafe { libc::raise(signal) };
}
