//! How long to wait for an answer: the retransmission timer of RFC 6298.
//!
//! Too short, and the network carries everything twice; too long, and it lies idle. The waiting time
//! is the smoothed round trip plus four times its mean deviation, so that a steady path is given up on
//! soon and a shaky one late. Each expiry doubles it: a path that does not answer is perhaps
//! congested, and more of the same makes it worse.
//!
//! **Karn's rule**: when a segment was sent twice, its acknowledgement may answer either, so it is no
//! measurement. The staged protocols follow it. The real one numbers each transmission, and the
//! acknowledgement says which it answers (as TCP's timestamps and QUIC's packet numbers do): there each
//! acknowledgement is a measurement. Either way the doubled waiting time stays until a measurement comes.

use std::time::Duration;

/// The estimator. Section numbers are RFC 6298's.
#[derive(Debug, Clone)]
pub struct Estimator {
    /// Smoothed round trip and its mean deviation; `None` before the first measurement.
    measured: Option<(Duration, Duration)>,
    limits: Limits,
    /// How often the timer has expired since the last measurement.
    backoff: u32,
}

/// What the waiting time is kept within.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Before the first measurement (2.1).
    pub initial: Duration,
    /// Never less (2.4): the RFC says one second, Linux 200 ms.
    pub least: Duration,
    /// Never more (2.5): the RFC says 60 seconds at least.
    pub most: Duration,
    /// How exact the clock is, called G.
    pub granularity: Duration,
}

impl Limits {
    /// The RFC's own.
    pub const RFC_6298: Limits = Limits {
        initial: Duration::from_secs(1),
        least: Duration::from_secs(1),
        most: Duration::from_secs(60),
        granularity: Duration::from_millis(1),
    };
}

impl Estimator {
    /// An estimator that knows nothing yet.
    pub fn new(limits: Limits) -> Self {
        Estimator {
            measured: None,
            limits,
            backoff: 0,
        }
    }

    /// Takes a measurement in (2.2, 2.3). Not of a segment that was sent more than once, unless it is
    /// known which transmission was answered (3).
    pub fn measured(&mut self, round_trip: Duration) {
        self.backoff = 0;
        self.measured = Some(match self.measured {
            None => (round_trip, round_trip / 2),
            Some((smoothed, deviation)) => {
                let off = smoothed.abs_diff(round_trip);
                ((smoothed * 7 + round_trip) / 8, (deviation * 3 + off) / 4)
            }
        });
    }

    /// The timer has expired: the next waiting time is twice as long (5.5).
    pub fn expired(&mut self) {
        self.backoff += 1;
    }

    /// How long to wait for an acknowledgement, called RTO.
    pub fn timeout(&self) -> Duration {
        let Limits {
            initial,
            least,
            most,
            granularity,
        } = self.limits;
        let base = match self.measured {
            None => initial,
            Some((smoothed, deviation)) => (smoothed + granularity.max(deviation * 4)).max(least),
        };
        let factor = 1_u32.checked_shl(self.backoff).unwrap_or(u32::MAX);
        base.saturating_mul(factor).min(most)
    }

    /// The smoothed round trip, called SRTT.
    pub fn smoothed(&self) -> Option<Duration> {
        self.measured.map(|(smoothed, _)| smoothed)
    }

    /// The mean deviation, called RTTVAR.
    pub fn deviation(&self) -> Option<Duration> {
        self.measured.map(|(_, deviation)| deviation)
    }

    /// How often the timer has expired since the last measurement.
    pub fn backoff(&self) -> u32 {
        self.backoff
    }
}
