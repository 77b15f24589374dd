//! What a workload is, and how often its job is done.

use std::time::{Duration, Instant};

/// How full a buffered channel of the benchmark can get.
pub(crate) const CAPACITY: usize = 1024;

/// One thing to do, and who does it.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// How many operations (messages, channels, waiters) are one job.
    pub(crate) count: u64,
    /// Whether the other cores are kept busy meanwhile.
    pub(crate) loaded: bool,
    pub(crate) peers: &'static [(&'static str, Measure)],
}

pub(crate) enum Measure {
    Rust(fn(&Plan) -> f64),
    /// A program of `benches/go`, and which of its jobs.
    Go(&'static str, &'static str),
}

impl Measure {
    /// The program that this cannot do without.
    pub(crate) const fn needs(&self) -> Option<&'static str> {
        match self {
            Self::Rust(_) => None,
            Self::Go(..) => Some("go"),
        }
    }
}

/// How much work one run is: a job of `count` operations, again and again until `least` has passed.
/// So a peer that is a hundred times slower than another takes a second, not a minute.
pub(crate) struct Plan {
    pub(crate) count: u64,
    pub(crate) least: Duration,
}

impl Plan {
    pub(crate) fn new(workload: &Workload, quick: bool) -> Self {
        if quick {
            let count = (workload.count / 100).max(8);
            let least = Duration::ZERO;
            return Self { count, least };
        }
        Self {
            count: workload.count,
            least: Duration::from_millis(400),
        }
    }

    /// Nanoseconds an operation, over all jobs. A job starts and ends its own threads: with hundreds
    /// of milliseconds a job that is no part of the result worth talking of.
    pub(crate) fn repeat(&self, mut job: impl FnMut(u64)) -> f64 {
        let start = Instant::now();
        let mut jobs = 0;
        while jobs == 0 || start.elapsed() < self.least {
            job(self.count);
            jobs += 1;
        }
        start.elapsed().as_nanos() as f64 / (jobs * self.count) as f64
    }
}

/// What has arrived at one end, or should.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    messages: u64,
    sum: u64,
}

impl Tally {
    pub(crate) const fn add(&mut self, message: u64) {
        self.messages += 1;
        self.sum += message;
    }

    /// What arrives when each of `senders` sends the numbers below `share`.
    pub(crate) const fn expected(senders: usize, share: u64) -> Self {
        let senders = senders as u64;
        Self {
            messages: senders * share,
            sum: senders * (share * (share - 1) / 2),
        }
    }
}

impl std::iter::Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |all, one| Self {
            messages: all.messages + one.messages,
            sum: all.sum + one.sum,
        })
    }
}
