//! Dispositions: default, ignore, a handler, and what a handler may do.
//!
//! For each signal the *process* has one disposition: let the default happen, ignore it, or run a
//! function. It is shared by all threads, inherited by `fork`, and half of it survives `execve`:
//! what was ignored stays ignored, what had a handler becomes the default, since the function is gone.
//!
//! # What a handler may do
//!
//! A handler runs between any two instructions of whatever thread the kernel picked. That thread may be in
//! the middle of `malloc`, holding its lock; a handler that allocates waits for that lock for ever. So:
//!
//! - atomics, and the few calls that
//!   [signal-safety(7)](https://man7.org/linux/man-pages/man7/signal-safety.7.html) lists, `write(2)`
//!   above all. No allocation, no lock, no `println!`, no panic;
//! - `errno` as it was: the interrupted code may be about to read it. The handlers of this crate save it
//!   and put it back.
//!
//! [`catch`] installs a handler that does so little: it counts. For anything more a handler should tell
//! the rest of the program that it ran, and that is what [`source`](crate::source) is.
//!
//! # `SA_RESTART`
//!
//! A thread that waits in a system call leaves it to run a handler. What then? With `SA_RESTART`
//! the kernel goes back to waiting, for most calls. Without it the call ends with `EINTR`. Go's
//! runtime and this crate's own handlers restart. Some calls never do: `poll`, `epoll_wait`, `nanosleep`,
//! `sigtimedwait`, and reads of sockets with a timeout (signal(7) has the list).
//!
//! Sound: `sigaction` is given functions that live as long as the program. The ones of this module
//! use atomics only and restore errno; for others, [`Handler::new`] makes the caller promise it.
#![allow(unsafe_code)]

mod catch;

use std::io;
use std::mem::MaybeUninit;
use std::ptr;

use nix::errno::Errno;
use nix::libc;

pub use catch::{Caught, catch};

use crate::set::SignalSet;
use crate::signal::{RawInfo, Signal};

/// What a process does with a signal.
#[derive(Clone, Copy, Debug)]
#[doc(alias("SIG_DFL", "SIG_IGN"))]
pub enum Disposition {
    /// What the kernel does by itself: [`Signal::default_action`].
    Default,
    /// It is thrown away when it comes. A stream of ended children is one more thing: who ignores
    /// `CHLD` has no children to wait for, the kernel forgets each as it ends.
    Ignore,
    /// A function runs.
    Handler(Handler),
}

/// A function that runs when a signal comes, with its mask and flags.
#[derive(Clone, Copy)]
#[doc(alias = "sigaction")]
pub struct Handler(libc::sigaction);

/// A disposition could not be set or read.
#[derive(Debug, thiserror::Error)]
pub enum ActionError {
    /// `KILL` and `STOP` are the kernel's own.
    #[error("{0} cannot be handled or ignored")]
    CannotBeCaught(Signal),
    /// The system refuses, as with the numbers that the C library keeps to itself.
    #[error("sigaction of {signal}: {source}")]
    Failed {
        /// Which signal.
        signal: Signal,
        /// What the system said.
        source: io::Error,
    },
}

/// The disposition that a signal had, which comes back when this is dropped.
#[derive(Debug)]
#[must_use = "the old disposition comes back when this is dropped"]
pub struct Restore {
    signal: Signal,
    old: Disposition,
}

/// The shape of a handler: number, where it came from, what the thread was doing.
pub type HandlerFunction = extern "C" fn(libc::c_int, *mut libc::siginfo_t, *mut libc::c_void);

impl Handler {
    /// A handler that restarts interrupted calls, runs on the alternate stack if the thread has one, and
    /// while it runs has all signals blocked but faults. Without that handlers nest: a mask that lets
    /// three signals through at once puts three frames on a stack that may have room for one, as the
    /// alternate stack has that std gives each thread. With today's wide registers a frame takes
    /// kilobytes.
    ///
    /// # Safety
    ///
    /// `function` must be *async-signal-safe*: see the [module](self). It may run at any
    /// moment, in any thread, also inside another handler.
    pub unsafe fn new(function: HandlerFunction) -> Self {
        let mut action = empty_action();
        action.sa_sigaction = function as libc::sighandler_t;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART | libc::SA_ONSTACK;
        let all_but_faults = Signal::all().filter(|signal| !signal.is_fault());
        action.sa_mask = *SignalSet::from_iter(all_but_faults).as_raw();
        Self(action)
    }

    /// Whether an interrupted system call goes on (as it is) or ends with `EINTR`.
    #[must_use]
    #[doc(alias = "SA_RESTART")]
    pub fn restart(self, on: bool) -> Self {
        self.flag(libc::SA_RESTART, on)
    }

    /// Whether the disposition is the default again once the handler has been entered.
    #[must_use]
    #[doc(alias = "SA_RESETHAND")]
    pub fn once(self, on: bool) -> Self {
        self.flag(libc::SA_RESETHAND, on)
    }

    /// For `CHLD`: whether children that stop or go on are passed over in silence.
    #[must_use]
    #[doc(alias = "SA_NOCLDSTOP")]
    pub fn ends_only(self, on: bool) -> Self {
        self.flag(libc::SA_NOCLDSTOP, on)
    }

    /// The signals that wait while this handler runs, beside its own.
    #[must_use]
    #[doc(alias = "sa_mask")]
    pub fn block(mut self, signals: SignalSet) -> Self {
        self.0.sa_mask = *signals.as_raw();
        self
    }

    /// The signals that wait while this handler runs, beside its own.
    pub fn blocked(&self) -> SignalSet {
        SignalSet::from_raw(self.0.sa_mask)
    }

    fn flag(mut self, flag: libc::c_int, on: bool) -> Self {
        self.0.sa_flags = match on {
            true => self.0.sa_flags | flag,
            false => self.0.sa_flags & !flag,
        };
        self
    }
}

impl Disposition {
    /// Whether it is [`Disposition::Default`].
    pub fn is_default(&self) -> bool {
        matches!(self, Self::Default)
    }

    /// Whether it is [`Disposition::Ignore`].
    pub fn is_ignore(&self) -> bool {
        matches!(self, Self::Ignore)
    }

    fn to_raw(self) -> libc::sigaction {
        let mut action = empty_action();
        match self {
            Self::Default => action.sa_sigaction = libc::SIG_DFL,
            Self::Ignore => action.sa_sigaction = libc::SIG_IGN,
            Self::Handler(Handler(handler)) => action = handler,
        }
        action
    }

    fn from_raw(action: libc::sigaction) -> Self {
        match action.sa_sigaction {
            libc::SIG_DFL => Self::Default,
            libc::SIG_IGN => Self::Ignore,
            _ => Self::Handler(Handler(action)),
        }
    }
}

/// Gives `signal` a disposition, for all threads at once, and returns the one it had.
///
/// # Errors
///
/// [`ActionError::CannotBeCaught`] for `KILL` and `STOP`, and [`ActionError::Failed`].
#[doc(alias = "sigaction")]
pub fn set(signal: Signal, disposition: Disposition) -> Result<Disposition, ActionError> {
    exchange(signal, Some(disposition))
}

/// The disposition of `signal`.
///
/// # Errors
///
/// [`ActionError::Failed`].
pub fn query(signal: Signal) -> Result<Disposition, ActionError> {
    exchange(signal, None)
}

/// As [`set`], until the guard is dropped.
///
/// # Errors
///
/// As [`set`].
pub fn set_for_now(signal: Signal, disposition: Disposition) -> Result<Restore, ActionError> {
    let old = set(signal, disposition)?;
    Ok(Restore { signal, old })
}

impl Restore {
    /// The disposition that will come back.
    pub fn old(&self) -> &Disposition {
        &self.old
    }

    /// Leaves the disposition as it is now.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Restore {
    fn drop(&mut self) {
        // It was set before, so it can be set again.
        let _ = set(self.signal, self.old);
    }
}

impl std::fmt::Debug for Handler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handler")
            .field("flags", &format_args!("{:#x}", self.0.sa_flags))
            .field("blocked", &self.blocked())
            .finish_non_exhaustive()
    }
}

fn exchange(signal: Signal, new: Option<Disposition>) -> Result<Disposition, ActionError> {
    let new = new.map(Disposition::to_raw);
    let new_pointer = new.as_ref().map_or(ptr::null(), ptr::from_ref);
    let mut old = empty_action();
    // SAFETY: `new` is null or a whole sigaction whose function is SIG_DFL, SIG_IGN, one that
    // Handler::new was promised to be fit, or one that was installed before; `old` is ours.
    let result = unsafe { libc::sigaction(signal.number(), new_pointer, &mut old) };
    match Errno::result(result) {
        Ok(_) => Ok(Disposition::from_raw(old)),
        Err(Errno::EINVAL) if !signal.can_be_caught() => Err(ActionError::CannotBeCaught(signal)),
        Err(error) => Err(ActionError::Failed {
            signal,
            source: error.into(),
        }),
    }
}

fn empty_action() -> libc::sigaction {
    // SAFETY: integers, a set and an optional function: all zero is a value of each of them.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_mask = *SignalSet::empty().as_raw();
    action
}

/// What of a `siginfo_t` we look at. Safe in a handler: it only copies.
pub(crate) fn raw_info(info: &libc::siginfo_t) -> RawInfo {
    RawInfo {
        number: info.si_signo,
        code: info.si_code,
        // SAFETY: the field is an integer in every variant of the union, so some number is there.
        pid: unsafe { info.si_pid() },
        // SAFETY: as above.
        uid: unsafe { info.si_uid() },
        // SAFETY: as above; the pointer is taken as a number and never followed.
        value: integer(unsafe { info.si_value() }),
    }
}

/// The member `sival_int` of the union, which libc has as a pointer only: its first four bytes.
fn integer(value: libc::sigval) -> i32 {
    let bytes = (value.sival_ptr as usize).to_ne_bytes();
    i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
