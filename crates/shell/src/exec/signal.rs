//! What signals do to the shell itself.
//!
//! The handler does one thing: it notes the number. Whatever a trap says runs later, between two
//! commands, where the shell's memory is whole.
//!
//! # Soundness
//!
//! The handler touches nothing but atomics, which is async-signal-safe. The other calls hand the
//! kernel pointers to live local variables and numbers.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;
use std::ptr;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigSet, SigmaskHow, Signal, sigprocmask};
use nix::unistd::Pid;

/// One more than the highest signal there is.
pub(crate) const COUNT: usize = 65;

static NOTED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];
static ANY: AtomicBool = AtomicBool::new(false);

/// What the kernel does when the signal comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// What the system does by itself.
    Default,
    /// Nothing; programs inherit it.
    Ignore,
    /// [`take`] will tell.
    Catch,
}

extern "C" fn note(signal: libc::c_int) {
    if let Some(noted) = NOTED.get(signal.unsigned_abs() as usize) {
        noted.store(true, SeqCst);
        ANY.store(true, SeqCst);
    }
}

/// Has the kernel do so from now on. A call that waits ends with `EINTR` when a caught signal comes.
pub(crate) fn set(signal: i32, disposition: Disposition) -> Result<(), Errno> {
    let handler = match disposition {
        Disposition::Default => libc::SIG_DFL,
        Disposition::Ignore => libc::SIG_IGN,
        Disposition::Catch => note as extern "C" fn(libc::c_int) as libc::sighandler_t,
    };
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: all zeros are a sigaction: no flags, an empty mask, no handler.
    let action = unsafe { action.assume_init_mut() };
    action.sa_sigaction = handler;
    // SAFETY: `action` lives across the call, and the old action is not asked for.
    let done = unsafe { libc::sigaction(signal, action, ptr::null_mut()) };
    Errno::result(done).map(drop)
}

/// Whether the signal does nothing.
pub(crate) fn is_ignored(signal: i32) -> bool {
    let mut action = MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: the kernel writes one sigaction to the place that is there for it.
    let done = unsafe { libc::sigaction(signal, ptr::null(), action.as_mut_ptr()) };
    // SAFETY: it was all zeros, a valid value, or the kernel has filled it in.
    let action = unsafe { action.assume_init_ref() };
    done == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Whether a caught signal has come that nobody has taken.
pub(crate) fn any() -> bool {
    ANY.load(SeqCst)
}

/// Whether this one has come.
pub(crate) fn is_noted(signal: i32) -> bool {
    NOTED[signal.unsigned_abs() as usize].load(SeqCst)
}

/// A signal that has come, once.
pub(crate) fn take() -> Option<i32> {
    if !ANY.swap(false, SeqCst) {
        return None;
    }
    let found = NOTED.iter().position(|noted| noted.swap(false, SeqCst));
    // There may be more: whoever comes next looks through them all again.
    if found.is_some() {
        ANY.store(true, SeqCst);
    }
    found.and_then(|number| i32::try_from(number).ok())
}

/// Forgets what has come: a new subshell has received nothing.
pub(crate) fn forget() {
    while take().is_some() {}
}

/// Runs `body` with every signal held back. `body` gets the mask from before, with which it can wait.
pub(crate) fn held_back<T>(body: impl FnOnce(&SigSet) -> T) -> T {
    let mut before = SigSet::empty();
    // A mask of signals that exist cannot fail.
    let _ = sigprocmask(
        SigmaskHow::SIG_BLOCK,
        Some(&SigSet::all()),
        Some(&mut before),
    );
    let result = body(&before);
    let _ = sigprocmask(SigmaskHow::SIG_SETMASK, Some(&before), None);
    result
}

/// Waits, with `mask` in force, until a caught signal has come; none is missed between the look at
/// what has come and the wait, because signals are held back until here.
pub(crate) fn suspend(mask: &SigSet) {
    let _ = mask.suspend();
}

/// Sends a signal that only has a number.
pub(crate) fn send(target: Pid, number: i32) -> Result<(), Errno> {
    // SAFETY: kill takes two numbers and touches no memory.
    Errno::result(unsafe { libc::kill(target.as_raw(), number) }).map(drop)
}

/// `HUP`, `INT`, `RTMIN+1`: without SIG.
pub(crate) fn name(number: i32) -> Option<String> {
    if let Ok(signal) = Signal::try_from(number) {
        return Some(signal.as_str()["SIG".len()..].to_owned());
    }
    real_time(number)
}

#[cfg(not(target_os = "macos"))]
fn real_time(number: i32) -> Option<String> {
    let (first, last) = (libc::SIGRTMIN(), libc::SIGRTMAX());
    match number {
        _ if number == first => Some("RTMIN".to_owned()),
        _ if number == last => Some("RTMAX".to_owned()),
        _ if first < number && number < last => Some(format!("RTMIN+{}", number - first)),
        _ => None,
    }
}

#[cfg(target_os = "macos")]
fn real_time(_: i32) -> Option<String> {
    None
}

/// The signal of this name or number, with or without SIG, in any case; 0 for `EXIT` and `0`.
pub(crate) fn number(text: &[u8]) -> Option<i32> {
    let text = str::from_utf8(text).ok()?.to_ascii_uppercase();
    if text == "EXIT" {
        return Some(0);
    }
    if let Ok(number) = text.parse::<i32>() {
        return (number == 0 || name(number).is_some()).then_some(number);
    }
    let short = text.strip_prefix("SIG").unwrap_or(&text);
    if let Ok(signal) = Signal::from_str(&format!("SIG{short}")) {
        return Some(signal as i32);
    }
    all().find(|&number| name(number).as_deref() == Some(short))
}

/// Every signal that has a name, by number.
pub(crate) fn all() -> impl Iterator<Item = i32> {
    (1..COUNT as i32).filter(|&number| name(number).is_some())
}
