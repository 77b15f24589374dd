//! When to give up.

use std::io;
use std::time::{Duration, Instant};

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection, all addresses of the host together: 10 seconds.
    pub connect: Duration,
    /// For the next byte, either way: 60 seconds. A server that sends one now and then is never idle.
    pub idle: Duration,
    /// For all of it, redirects and body too; none. This is what ends a slow drip.
    pub total: Option<Duration>,
}

impl Default for Timeouts {
    fn default() -> Self {
        Timeouts {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(60),
            total: None,
        }
    }
}

/// The [`Timeouts`] of one request, begun.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    timeouts: Timeouts,
    end: Option<Instant>,
}

impl Deadline {
    /// Begins now.
    pub(crate) fn of(timeouts: &Timeouts) -> Self {
        Deadline {
            timeouts: *timeouts,
            // What is too long for the clock lasts for ever.
            end: timeouts
                .total
                .and_then(|total| Instant::now().checked_add(total)),
        }
    }

    /// Until when the next byte has to come, seen from now.
    pub(crate) fn idle(&self) -> Limit {
        self.limit(self.timeouts.idle)
    }

    /// Until when a connection has to be there, seen from now.
    pub(crate) fn connect(&self) -> Limit {
        self.limit(self.timeouts.connect)
    }

    fn limit(&self, timeout: Duration) -> Limit {
        let own = Instant::now().checked_add(timeout);
        match (own, self.end) {
            (Some(own), Some(end)) if end < own => self.total(end),
            (None, Some(end)) => self.total(end),
            (own, _) => Limit { end: own, timeout },
        }
    }

    fn total(&self, end: Instant) -> Limit {
        Limit {
            end: Some(end),
            timeout: self.timeouts.total.unwrap_or_default(),
        }
    }
}

/// A point in time, and the timeout that it comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limit {
    end: Option<Instant>,
    timeout: Duration,
}

impl Limit {
    /// How long until then, `None` for ever; an error when it has passed.
    pub(crate) fn left(&self) -> io::Result<Option<Duration>> {
        let Some(end) = self.end else {
            return Ok(None);
        };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let message = format!("not within {:?}", self.timeout);
            return Err(io::Error::new(io::ErrorKind::TimedOut, message));
        }
        Ok(Some(left))
    }
}
