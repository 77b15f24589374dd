//! What comes with a signal.

#[cfg(target_os = "linux")]
use nix::libc::{SI_KERNEL, SI_QUEUE, SI_TIMER, SI_TKILL as SI_THREAD, SI_USER};
use nix::unistd::{Pid, Uid};

use super::Signal;

/// A signal that has come, and what the kernel says of where from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "siginfo_t")]
pub struct Received {
    /// Which.
    pub signal: Signal,
    /// How it was made.
    pub origin: Origin,
    /// The process that sent it, or the child that `CHLD` is about. `None` where the kernel made it,
    /// and where the sender is in a pid namespace that is not ours.
    pub pid: Option<Pid>,
    /// The real user id of that process.
    pub uid: Option<Uid>,
    /// What was sent with it by `sigqueue(3)`. Linux only.
    pub value: Option<i32>,
}

/// How a signal was made: `si_code` of
/// [sigaction(2)](https://man7.org/linux/man-pages/man2/sigaction.2.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "si_code")]
pub enum Origin {
    /// `kill(2)`.
    Kill,
    /// `sigqueue(3)`, with a value.
    Queue,
    /// `pthread_kill(3)` or `raise(3)`: to one thread.
    Thread,
    /// The kernel itself: a key of the terminal, a fault, a broken pipe.
    Kernel,
    /// A child of ours has changed its state.
    Child(ChildChange),
    /// A timer of `timer_create(2)`.
    Timer,
    /// Something else, by number.
    Other(i32),
    /// It has come, but what came with it found no room.
    Unknown,
}

/// What happened to the child that `CHLD` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChildChange {
    /// It ended by itself.
    Exited,
    /// A signal ended it.
    Killed,
    /// It stopped, or was stopped by a debugger.
    Stopped,
    /// It goes on.
    Continued,
}

/// The fields of `siginfo_t`, before they are understood: what a handler copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RawInfo {
    pub(crate) number: i32,
    pub(crate) code: i32,
    pub(crate) pid: i32,
    pub(crate) uid: u32,
    pub(crate) value: i32,
}

impl Received {
    /// `None` if the number is no signal.
    pub(crate) fn from_raw(raw: RawInfo) -> Option<Self> {
        let signal = Signal::from_number(raw.number)?;
        let origin = Origin::from_code(signal, raw.code);
        let known = origin.names_a_process() && raw.pid > 0;
        Some(Self {
            signal,
            origin,
            pid: known.then(|| Pid::from_raw(raw.pid)),
            uid: known.then(|| Uid::from_raw(raw.uid)),
            value: (origin == Origin::Queue).then_some(raw.value),
        })
    }

    /// One of which nothing is known but that it came.
    pub(crate) fn without_details(signal: Signal) -> Self {
        Self {
            signal,
            origin: Origin::Unknown,
            pid: None,
            uid: None,
            value: None,
        }
    }
}

impl Origin {
    fn from_code(signal: Signal, code: i32) -> Self {
        if let (Signal::CHLD, Some(change)) = (signal, ChildChange::from_code(code)) {
            return Self::Child(change);
        }
        match code {
            SI_USER => Self::Kill,
            SI_QUEUE => Self::Queue,
            SI_THREAD => Self::Thread,
            SI_TIMER => Self::Timer,
            SI_KERNEL => Self::Kernel,
            // Positive codes are the kernel's: which fault, which event.
            code if code > 0 => Self::Kernel,
            code => Self::Other(code),
        }
    }

    fn names_a_process(self) -> bool {
        matches!(
            self,
            Self::Kill | Self::Queue | Self::Thread | Self::Child(_)
        )
    }
}

impl ChildChange {
    /// `CLD_EXITED` to `CLD_CONTINUED`, the same on Linux and macOS.
    fn from_code(code: i32) -> Option<Self> {
        match code {
            1 => Some(Self::Exited),
            // Without and with an image of its memory.
            2 | 3 => Some(Self::Killed),
            // By a debugger, and by a signal.
            4 | 5 => Some(Self::Stopped),
            6 => Some(Self::Continued),
            _ => None,
        }
    }
}

// <sys/signal.h>. pthread_kill cannot be told from kill there, so SI_THREAD is a code that never comes.
#[cfg(target_os = "macos")]
const SI_USER: i32 = 0x10001;
#[cfg(target_os = "macos")]
const SI_QUEUE: i32 = 0x10002;
#[cfg(target_os = "macos")]
const SI_TIMER: i32 = 0x10003;
#[cfg(target_os = "macos")]
const SI_THREAD: i32 = -6;
#[cfg(target_os = "macos")]
const SI_KERNEL: i32 = 0x80;
