//! Self-pipe and signalfd behind one type.
//!
//! A program that waits for sockets in `poll` wants its signals there too. There are two ways to make a
//! descriptor out of signals, and [`Signals`] is either:
//!
//! | | [`Signals::new`]: self-pipe | [`Signals::with_signalfd`] (Linux) |
//! |---|---|---|
//! | how | a handler writes a record to a pipe | the signals are blocked, and read from the kernel's queue |
//! | threads | any number; whichever runs the handler | *every* thread has to have them blocked |
//! | children | get default dispositions at exec | inherit the mask, unless it is cleared for them |
//! | interrupted calls | restart | are not interrupted |
//!
//! The self-pipe works everywhere and is the one to take in a library. It was described by D. J.
//! Bernstein; Go's runtime, tokio and signal-hook do the like.
//!
//! # What can be counted on
//!
//! - *No signal is lost* that the kernel delivers. A pipe can be full: what finds no room is counted in an
//!   atomic, and comes out without its sender ([`Origin::Unknown`](crate::signal::Origin::Unknown)).
//! - *Standard signals coalesce*, in the kernel, before we see them: two `USR1` sent while one is pending are
//!   one. With a self-pipe that is rare, with a signalfd it is all that come between two reads. So a
//!   signal means "look", and not "one": after `CHLD` one collects all children that ended.
//! - *Several sources* work side by side. With self-pipes the same signal may be in up to eight of them,
//!   and each gets it. Of two signalfds only one gets each signal.
//! - *Dispositions come back* when the last source of a signal is dropped, on any thread. The mask that a
//!   signalfd needs comes back when it is dropped on the thread that made it.
//! - *After `fork`* the child's copy of the handler does nothing: a record in the pipe that it shares with
//!   its parent would be about the wrong process. A child that wants signals makes a source of its own.
//!
//! Faults such as `SEGV` are refused: a handler that returns runs into the same instruction again.

mod registry;
mod self_pipe;

#[cfg(target_os = "linux")]
mod signalfd;

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::time::Duration;

use self_pipe::SelfPipe;

use crate::action::ActionError;
use crate::ready::first_readable;
use crate::set::SignalSet;
use crate::signal::{Received, Signal};

/// Signals as a descriptor that can be waited for and read.
///
/// ```
/// use signals::signal::Signal;
/// use signals::{send, source::Signals};
///
/// let mut signals = Signals::new([Signal::USR1, Signal::USR2])?;
/// send::raise(Signal::USR2)?;
/// let batch = signals.batch(None)?;
/// assert_eq!(batch[0].signal, Signal::USR2);
/// assert_eq!(batch[0].pid, Some(nix::unistd::getpid()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Signals {
    set: SignalSet,
    mechanism: Mechanism,
}

#[derive(Debug)]
enum Mechanism {
    SelfPipe(SelfPipe),
    #[cfg(target_os = "linux")]
    SignalFd(signalfd::SignalFd),
}

/// A source was not made.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A fault cannot be waited for.
    #[error("{0} is a fault: the instruction that caused it would run again")]
    Fault(Signal),
    /// The disposition cannot be set, as with `KILL`.
    #[error(transparent)]
    Action(#[from] ActionError),
    /// There are as many self-pipes for this signal as there is room for.
    #[error("{0} is in {max} sources already", max = registry::READERS)]
    TooMany(Signal),
    /// There is no signalfd on this system; [`Signals::new`] is there.
    #[error("no signalfd on this system")]
    Unsupported,
    /// The pipe or the signalfd could not be made.
    #[error("{call}: {source}")]
    Failed {
        /// The system call.
        call: &'static str,
        /// Its error.
        source: io::Error,
    },
}

impl Signals {
    /// Catches these signals by a self-pipe.
    ///
    /// # Errors
    ///
    /// [`SourceError`]. The dispositions are as before then.
    pub fn new(signals: impl IntoIterator<Item = Signal>) -> Result<Self, SourceError> {
        let set = checked(signals)?;
        let mechanism = Mechanism::SelfPipe(SelfPipe::new(&set)?);
        Ok(Self { set, mechanism })
    }

    /// Blocks these signals in the calling thread and reads them from a
    /// [signalfd](https://man7.org/linux/man-pages/man2/signalfd.2.html). To be called before other threads
    /// are started, which inherit the mask. What is pending when it is dropped takes its usual way.
    ///
    /// # Errors
    ///
    /// [`SourceError`]; [`SourceError::Unsupported`] on macOS.
    #[doc(alias = "signalfd")]
    pub fn with_signalfd(signals: impl IntoIterator<Item = Signal>) -> Result<Self, SourceError> {
        let set = checked(signals)?;
        #[cfg(target_os = "linux")]
        {
            let mechanism = Mechanism::SignalFd(signalfd::SignalFd::new(&set)?);
            Ok(Self { set, mechanism })
        }
        #[cfg(not(target_os = "linux"))]
        {
            let _ = set;
            Err(SourceError::Unsupported)
        }
    }

    /// Which signals.
    pub fn set(&self) -> &SignalSet {
        &self.set
    }

    /// All that have come, without waiting; perhaps none.
    ///
    /// # Errors
    ///
    /// Those of `read(2)`.
    pub fn try_batch(&mut self) -> io::Result<Vec<Received>> {
        match &mut self.mechanism {
            Mechanism::SelfPipe(pipe) => pipe.read(),
            #[cfg(target_os = "linux")]
            Mechanism::SignalFd(fd) => fd.read(),
        }
    }

    /// Waits until one has come, `limit` at most (`None`: for ever), and gives all that have. Empty when the
    /// time is over.
    ///
    /// # Errors
    ///
    /// Those of `poll(2)` and `read(2)`.
    pub fn batch(&mut self, limit: Option<Duration>) -> io::Result<Vec<Received>> {
        loop {
            if first_readable(&[self.as_fd()], limit)?.is_none() {
                return Ok(Vec::new());
            }
            let batch = self.try_batch()?;
            // Another thread may have taken what a signalfd was readable for.
            if !batch.is_empty() {
                return Ok(batch);
            }
        }
    }
}

/// Readable when a signal has come: for `poll`, epoll, kqueue or tokio's `AsyncFd`.
impl AsFd for Signals {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match &self.mechanism {
            Mechanism::SelfPipe(pipe) => pipe.as_fd(),
            #[cfg(target_os = "linux")]
            Mechanism::SignalFd(fd) => fd.as_fd(),
        }
    }
}

/// What tokio's `AsyncFd` asks for.
impl AsRawFd for Signals {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

fn checked(signals: impl IntoIterator<Item = Signal>) -> Result<SignalSet, SourceError> {
    let set = SignalSet::from_iter(signals);
    if let Some(fault) = set.iter().find(|signal| signal.is_fault()) {
        return Err(SourceError::Fault(fault));
    }
    match set.iter().find(|signal| !signal.can_be_caught()) {
        Some(signal) => Err(ActionError::CannotBeCaught(signal).into()),
        None => Ok(set),
    }
}
