//! When requests are due.

use std::time::{Duration, Instant};

/// When a worker's requests are due.
#[derive(Debug)]
pub(crate) enum Schedule {
    /// Whenever there is a connection for one.
    Closed,
    /// At fixed times, whether or not there is.
    Open {
        /// When the first is due.
        start: Instant,
        /// In seconds.
        interval: f64,
        /// How many were taken.
        taken: u64,
    },
}

impl Schedule {
    /// For the worker `number` of `workers`, who take turns.
    pub(crate) fn new(rate: Option<f64>, number: usize, workers: usize, start: Instant) -> Self {
        match rate {
            None => Schedule::Closed,
            Some(rate) => Schedule::Open {
                start: start + Duration::from_secs_f64(number as f64 / rate),
                interval: workers as f64 / rate,
                taken: 0,
            },
        }
    }

    /// When the next is due; `None` for at once.
    pub(crate) fn next(&self) -> Option<Instant> {
        match self {
            Schedule::Closed => None,
            // Counted from the start each time: sums of rounded intervals would drift.
            Schedule::Open {
                start,
                interval,
                taken,
            } => Some(*start + Duration::from_secs_f64(*taken as f64 * interval)),
        }
    }

    /// Takes the next if it is due, and says since when.
    pub(crate) fn take(&mut self, now: Instant) -> Option<Instant> {
        let due = self.next().unwrap_or(now);
        if due > now {
            return None;
        }
        if let Schedule::Open { taken, .. } = self {
            *taken += 1;
        }
        Some(due)
    }

    /// How many were due before `end` and not taken.
    pub(crate) fn overdue(&self, end: Instant) -> u64 {
        match self {
            Schedule::Closed => 0,
            Schedule::Open {
                start,
                interval,
                taken,
            } => {
                let span = end.saturating_duration_since(*start).as_secs_f64();
                ((span / interval).ceil() as u64).saturating_sub(*taken)
            }
        }
    }
}
