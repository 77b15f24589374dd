//! Sets of signals: masks, what is pending.
//!
//! Each thread has a *mask*: the signals that it does not want now. They are not lost. A signal that
//! comes while it is blocked is *pending*, and is delivered when the mask lets it through. There are two
//! places to be pending in: the thread's own (for what was sent to that thread) and the process's,
//! from which any thread whose mask allows it may take. A standard signal is pending or it is
//! not: five sent while it is blocked are delivered as one. Real-time signals queue.
//!
//! The mask belongs to the thread, is inherited by threads and child processes that it starts, and
//! survives `execve`. So a program that blocks signals and starts others hands them a mask that
//! they did not ask for; [`SignalSet::block`] gives a guard that puts the old mask back.
//!
//! Sound: the functions of this module hand the C library pointers to `sigset_t` and `siginfo_t` values
//! of their own, which are initialised before they are read.
#![allow(unsafe_code)]

mod wait;

use std::fmt;
use std::io;
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;

use nix::libc;

use crate::signal::Signal;

/// A set of signals: [sigsetops(3)](https://man7.org/linux/man-pages/man3/sigsetops.3.html).
///
/// ```
/// use signals::set::SignalSet;
/// use signals::signal::Signal;
///
/// let set = SignalSet::from_iter([Signal::INT, Signal::TERM]);
/// let guard = set.block()?;
/// assert!(SignalSet::current().contains(Signal::INT));
/// drop(guard);
/// assert!(!SignalSet::current().contains(Signal::INT));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
#[doc(alias = "sigset_t")]
pub struct SignalSet(libc::sigset_t);

/// The thread's old mask, which comes back when this is dropped.
///
/// It cannot be sent to another thread: the mask is the thread's.
#[derive(Debug)]
#[must_use = "the old mask comes back when this is dropped"]
pub struct MaskGuard {
    old: SignalSet,
    this_thread_only: PhantomData<*const ()>,
}

impl SignalSet {
    /// No signal.
    pub fn empty() -> Self {
        let mut set = MaybeUninit::uninit();
        // SAFETY: sigemptyset writes a whole sigset_t to the place that it is given, which is ours.
        unsafe { libc::sigemptyset(set.as_mut_ptr()) };
        // SAFETY: sigemptyset has just initialised it, and cannot fail for a valid pointer.
        Self(unsafe { set.assume_init() })
    }

    /// Every signal.
    pub fn full() -> Self {
        Signal::all().collect()
    }

    /// Adds one; that it is there already does not matter.
    pub fn insert(&mut self, signal: Signal) {
        // SAFETY: the set is initialised and ours; a number that the C library keeps to itself is refused.
        unsafe { libc::sigaddset(&mut self.0, signal.number()) };
    }

    /// Takes one out; that it is not there does not matter.
    pub fn remove(&mut self, signal: Signal) {
        // SAFETY: the set is initialised and ours.
        unsafe { libc::sigdelset(&mut self.0, signal.number()) };
    }

    /// Whether it is in the set.
    pub fn contains(&self, signal: Signal) -> bool {
        // SAFETY: the set is initialised, and only read.
        unsafe { libc::sigismember(&self.0, signal.number()) == 1 }
    }

    /// Whether no signal is in it.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Its signals, by number.
    pub fn iter(&self) -> impl Iterator<Item = Signal> + '_ {
        Signal::all().filter(|signal| self.contains(*signal))
    }

    /// The value that calls of the C library take.
    pub fn as_raw(&self) -> &libc::sigset_t {
        &self.0
    }

    pub(crate) fn from_raw(raw: libc::sigset_t) -> Self {
        Self(raw)
    }

    /// The mask of the calling thread.
    #[doc(alias = "pthread_sigmask")]
    pub fn current() -> Self {
        let mut mask = Self::empty();
        // SAFETY: no new mask is given, and the old one is written to a sigset_t of ours.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, ptr::null(), &mut mask.0) };
        mask
    }

    /// What has been sent to the process or the calling thread and waits for the mask to let it
    /// through.
    #[doc(alias = "sigpending")]
    pub fn pending() -> Self {
        let mut pending = Self::empty();
        // SAFETY: the pending set is written to a sigset_t of ours.
        unsafe { libc::sigpending(&mut pending.0) };
        pending
    }

    /// Adds these to the calling thread's mask. `KILL` and `STOP` are never blocked; the kernel
    /// leaves them out without a word.
    ///
    /// # Errors
    ///
    /// None is documented for this use; the C library's is passed on.
    #[doc(alias = "SIG_BLOCK")]
    pub fn block(&self) -> io::Result<MaskGuard> {
        self.change_mask(libc::SIG_BLOCK)
    }

    /// Takes these out of the calling thread's mask. Of what was pending at least one is delivered
    /// before this returns.
    ///
    /// # Errors
    ///
    /// As [`block`](Self::block).
    #[doc(alias = "SIG_UNBLOCK")]
    pub fn unblock(&self) -> io::Result<MaskGuard> {
        self.change_mask(libc::SIG_UNBLOCK)
    }

    /// Makes this the calling thread's mask.
    ///
    /// # Errors
    ///
    /// As [`block`](Self::block).
    #[doc(alias = "SIG_SETMASK")]
    pub fn make_mask(&self) -> io::Result<MaskGuard> {
        self.change_mask(libc::SIG_SETMASK)
    }

    fn change_mask(&self, how: libc::c_int) -> io::Result<MaskGuard> {
        let mut old = Self::empty();
        // SAFETY: both are initialised sets; the old mask is written to one of ours.
        let error = unsafe { libc::pthread_sigmask(how, &self.0, &mut old.0) };
        match error {
            0 => Ok(MaskGuard {
                old,
                this_thread_only: PhantomData,
            }),
            error => Err(io::Error::from_raw_os_error(error)),
        }
    }
}

impl MaskGuard {
    /// The mask as it was before.
    pub fn old(&self) -> &SignalSet {
        &self.old
    }

    /// Leaves the mask as it is now.
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for MaskGuard {
    fn drop(&mut self) {
        // SAFETY: a set is given, and no old mask is asked for.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.old.0, ptr::null_mut()) };
    }
}

impl FromIterator<Signal> for SignalSet {
    fn from_iter<I: IntoIterator<Item = Signal>>(signals: I) -> Self {
        let mut set = Self::empty();
        signals.into_iter().for_each(|signal| set.insert(signal));
        set
    }
}

impl PartialEq for SignalSet {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for SignalSet {}

impl Default for SignalSet {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for SignalSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut set = SignalSet::from_iter([Signal::TERM, Signal::INT, Signal::INT]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [Signal::INT, Signal::TERM]);
        set.remove(Signal::INT);
        set.remove(Signal::INT);
        assert_eq!(set, SignalSet::from_iter([Signal::TERM]));
        set.remove(Signal::TERM);
        assert!(set.is_empty());
        assert_eq!(SignalSet::full().iter().count(), Signal::all().count());
    }
}
