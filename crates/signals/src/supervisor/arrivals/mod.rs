//! Blocked signals, read one by one, with a deadline.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;

#[cfg(target_os = "linux")]
use linux as sys;
#[cfg(target_os = "macos")]
use macos as sys;

use std::io;
use std::time::{Duration, Instant};

use nix::sys::signal::{SigSet, Signal};

/// The descriptor that signals are read from.
#[derive(Debug)]
pub(super) struct Arrivals {
    queue: sys::Queue,
}

impl Arrivals {
    pub(super) fn new(signals: &[Signal]) -> io::Result<Self> {
        let mut set: SigSet = signals.iter().copied().collect();
        set.add(Signal::SIGCHLD);
        set.thread_block()?;
        let queue = sys::Queue::new(&set)?;
        Ok(Arrivals { queue })
    }

    /// The next signal; none if there is none until `deadline`.
    pub(super) fn next(&mut self, deadline: Option<Instant>) -> io::Result<Option<Signal>> {
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let signal = self.queue.wait(left.map(|left| left.min(LONGEST)))?;
            if signal.is_some() || left.is_some_and(|left| left.is_zero()) {
                return Ok(signal);
            }
        }
    }
}

/// A longer wait is several: the systems' own limits are not worth knowing.
const LONGEST: Duration = Duration::from_secs(60 * 60);
