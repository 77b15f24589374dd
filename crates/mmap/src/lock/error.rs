//! What can go wrong, and who stands in the way.
//!
//! The errors do not name the file: a lock is on a descriptor, and only the caller knows by which
//! name it was opened.

use std::fmt;
use std::io;
use std::time::Duration;

use super::{Bytes, Guard, Mode};

/// Why a lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It is not free.
    #[error("locked by {}", name(.0))]
    WouldBlock(Option<Holder>),
    /// It was not free for the whole time.
    #[error("still locked after {limit:?}, by {}", name(.holder))]
    TimedOut {
        /// How long was waited.
        limit: Duration,
        /// Who had it in the end.
        holder: Option<Holder>,
    },
    /// The holder waits, perhaps by way of others, for a lock of this process.
    #[error("deadlock: the holder waits for this process")]
    Deadlock,
    /// A byte-range lock needs the matching access: shared to read, exclusive to write.
    #[error("the file has to be open for {}", match .0 {
        Mode::Shared => "reading",
        Mode::Exclusive => "writing",
    })]
    NotOpenFor(Mode),
    /// The system does not lock this file, or not so.
    #[error("{call}: {source}")]
    Failed {
        /// The system call.
        call: &'static str,
        /// Its error.
        source: io::Error,
    },
}

/// Who holds a lock that stands in the way, as far as the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The process. With [`Family::Flock`](super::Family::Flock) the one that took the lock, which
    /// may have handed it to a child since. `None` with [`Family::Ofd`](super::Family::Ofd).
    pub pid: Option<u32>,
    /// What it holds.
    pub mode: Mode,
    /// Where.
    pub bytes: Bytes,
}

/// How an upgrade from shared to exclusive failed.
#[derive(thiserror::Error)]
pub enum UpgradeError<F: std::os::fd::AsFd> {
    /// There are other readers. The shared lock is as it was, without a gap: what was read under it
    /// still holds.
    #[error("there are other readers")]
    Kept(Guard<F>),
    /// There are other readers, and with `flock(2)` the attempt has cost the shared lock: what was
    /// read under it may have been changed since.
    #[error("there are other readers, and the shared lock is gone")]
    Lost(F),
    /// The system refused, and what was left of the lock is freed.
    #[error(transparent)]
    Failed(LockError),
}

impl<F: std::os::fd::AsFd> fmt::Debug for UpgradeError<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpgradeError::Kept(_) => f.write_str("Kept"),
            UpgradeError::Lost(_) => f.write_str("Lost"),
            UpgradeError::Failed(error) => f.debug_tuple("Failed").field(error).finish(),
        }
    }
}

fn name(holder: &Option<Holder>) -> String {
    match holder {
        Some(Holder { pid: Some(pid), .. }) => format!("process {pid}"),
        _ => "somebody else".into(),
    }
}
