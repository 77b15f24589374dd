//! When ticks are due.

use std::time::Duration;

/// The multiples of an interval, counted from 1970 (UTC).
///
/// Invariant: the interval is not 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    interval: Duration,
}

impl Schedule {
    /// A tick every `interval`, or `None` for 0.
    pub fn new(interval: Duration) -> Option<Self> {
        (!interval.is_zero()).then_some(Schedule { interval })
    }

    /// The time between two ticks.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// The first multiple later than `now`: at a multiple it is the next one.
    pub fn next_after(&self, now: Duration) -> Duration {
        self.latest(now).saturating_add(self.interval)
    }

    /// The last multiple that is not later than `now`.
    pub fn latest(&self, now: Duration) -> Duration {
        let since = now.as_nanos() % self.interval.as_nanos();
        now - Duration::from_nanos_u128(since)
    }

    /// How many intervals lie between two multiples; 0 when `to` is not later.
    pub fn intervals(&self, from: Duration, to: Duration) -> u64 {
        let intervals = to.saturating_sub(from).as_nanos() / self.interval.as_nanos();
        u64::try_from(intervals).unwrap_or(u64::MAX)
    }
}
