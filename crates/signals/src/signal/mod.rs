//! Names, numbers and default actions of all signals, real-time ones too.
//!
//! A signal is a small number that the kernel keeps for a process until one of its threads can take it.
//! The names are the same everywhere, the numbers are not: `SIGUSR1` is 10 on Linux and 30 on macOS.
//! So a program says the name, and [`Signal`] knows the number.
//!
//! Numbers 1 to 31 are the *standard* signals, each with a meaning. Linux adds the *real-time*
//! signals above them: they have no meaning of their own, are queued instead of merged, and come in
//! order. The C library keeps the first two or three for itself, so one counts from `SIGRTMIN` up
//! or from `SIGRTMAX` down ([`Signal::real_time`]). macOS has none.
//!
//! The source of the table is [signal(7)](https://man7.org/linux/man-pages/man7/signal.7.html), and
//! `signal(3)` on macOS.

mod parse;
mod received;
mod table;

use std::borrow::Cow;
use std::fmt;

#[cfg(target_os = "linux")]
use nix::libc;

pub use parse::ParseSignalError;
pub(crate) use received::RawInfo;
pub use received::{ChildChange, Origin, Received};

/// The largest number that a signal can have here.
#[cfg(target_os = "linux")]
pub const LARGEST: i32 = 64;
/// The largest number that a signal can have here.
#[cfg(not(target_os = "linux"))]
pub const LARGEST: i32 = 31;

/// One signal: a number that the kernel knows.
///
/// ```
/// use signals::signal::{DefaultAction, Signal};
///
/// let signal: Signal = "SIGTERM".parse()?;
/// assert_eq!((signal, signal.number()), (Signal::TERM, 15));
/// assert_eq!(signal.default_action(), DefaultAction::Terminate);
/// assert_eq!(signal.to_string(), "TERM");
/// # Ok::<(), signals::signal::ParseSignalError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Signal(i32);

/// What the kernel does with a signal that a process has said nothing about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultAction {
    /// The process ends; its status names the signal.
    Terminate,
    /// The process ends, and leaves an image of its memory where `RLIMIT_CORE` allows one.
    Core,
    /// Nothing happens.
    Ignore,
    /// All threads of the process stop, until `SIGCONT` comes.
    Stop,
    /// A stopped process runs on; for one that runs, nothing happens.
    Continue,
}

impl Signal {
    /// The signal of this number, if there is such a number: 1 to [`LARGEST`].
    pub const fn from_number(number: i32) -> Option<Self> {
        match number {
            1..=LARGEST => Some(Self(number)),
            _ => None,
        }
    }

    /// For tables of this crate; `number` is one of libc's constants.
    pub(crate) const fn known(number: i32) -> Self {
        Self(number)
    }

    /// `SIGRTMIN` plus `n`, which has to be below [`Signal::real_time_count`]. Never on macOS.
    #[doc(alias = "SIGRTMIN")]
    pub fn real_time(n: i32) -> Option<Self> {
        (0..Self::real_time_count())
            .contains(&n)
            .then(|| Self(first_real_time() + n))
    }

    /// How many real-time signals a program may use: 31 with glibc, none on macOS. The number is that
    /// of the running C library, not of the headers.
    pub fn real_time_count() -> i32 {
        last_real_time() - first_real_time() + 1
    }

    /// Every signal that a program may name, by number: the standard ones, then the real-time ones.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        let real_time = (0..Self::real_time_count()).filter_map(Self::real_time);
        let mut standard: Vec<Self> = table::STANDARD.iter().map(|entry| entry.signal).collect();
        standard.sort_unstable();
        standard.into_iter().chain(real_time)
    }

    /// The number, as `kill(2)` takes it; it differs between systems.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The name without `SIG`: `INT`, `RTMIN+3`, `RTMAX-1`. Real-time signals of the lower half are
    /// counted from the first, those of the upper half from the last, as `kill -l` does it. The numbers
    /// that the C library keeps to itself have no name: they are their number.
    pub fn name(self) -> Cow<'static, str> {
        if let Some(entry) = table::entry(self) {
            return Cow::Borrowed(entry.name);
        }
        let (first, last) = (first_real_time(), last_real_time());
        match self.0 {
            n if n < first || n > last => Cow::Owned(n.to_string()),
            n if n == first => Cow::Borrowed("RTMIN"),
            n if n == last => Cow::Borrowed("RTMAX"),
            n if n - first <= last - n => Cow::Owned(format!("RTMIN+{}", n - first)),
            n => Cow::Owned(format!("RTMAX-{}", last - n)),
        }
    }

    /// What happens when the process has said nothing about it.
    pub fn default_action(self) -> DefaultAction {
        table::entry(self).map_or(DefaultAction::Terminate, |entry| entry.default_action)
    }

    /// What it is for, in a few words.
    pub fn description(self) -> &'static str {
        table::entry(self).map_or("for the program's own use", |entry| entry.description)
    }

    /// Whether a process may handle, ignore or block it: all but `KILL` and `STOP`.
    pub fn can_be_caught(self) -> bool {
        !matches!(self, Self::KILL | Self::STOP)
    }

    /// Whether it is queued and keeps its order, and two are never merged into one.
    pub fn is_real_time(self) -> bool {
        (first_real_time()..=last_real_time()).contains(&self.0)
    }

    /// Whether the processor raises it for a faulty instruction. A program that ignores such a signal,
    /// or returns from its handler, runs into the same instruction again.
    pub fn is_fault(self) -> bool {
        matches!(
            self,
            Self::SEGV | Self::BUS | Self::FPE | Self::ILL | Self::TRAP
        )
    }
}

impl DefaultAction {
    /// `terminate`, `core`, `ignore`, `stop` or `continue`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminate => "terminate",
            Self::Core => "core",
            Self::Ignore => "ignore",
            Self::Stop => "stop",
            Self::Continue => "continue",
        }
    }
}

#[cfg(target_os = "linux")]
fn first_real_time() -> i32 {
    libc::SIGRTMIN()
}

#[cfg(target_os = "linux")]
fn last_real_time() -> i32 {
    libc::SIGRTMAX()
}

#[cfg(not(target_os = "linux"))]
fn first_real_time() -> i32 {
    LARGEST + 1
}

#[cfg(not(target_os = "linux"))]
fn last_real_time() -> i32 {
    LARGEST
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.name())
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name(), self.0)
    }
}

impl fmt::Display for DefaultAction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_signal_has_a_name_of_its_own_that_reads_back() {
        let mut names: Vec<_> = Signal::all().map(Signal::name).collect();
        for (signal, name) in Signal::all().zip(&names) {
            assert_eq!(name.parse(), Ok(signal), "{name}");
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn real_time_signals_are_counted_from_both_ends() {
        let last = Signal::real_time_count() - 1;
        assert_eq!(Signal::real_time(0).unwrap().name(), "RTMIN");
        assert_eq!(Signal::real_time(3).unwrap().name(), "RTMIN+3");
        assert_eq!(Signal::real_time(last - 2).unwrap().name(), "RTMAX-2");
        assert_eq!(Signal::real_time(last + 1), None);
        assert_eq!(Signal::real_time(-1), None);
    }
}
