//! What came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};

use super::connection::End;
use super::histogram::Histogram;
use crate::http::Status;

/// What a load has found out.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How long it took, the last answers included.
    pub elapsed: Duration,
    /// How long each answer took, in nanoseconds: from when its request was due in an open loop, from
    /// when it was sent in a closed one.
    pub latency: Histogram,
    /// All bytes that came, heads too.
    pub bytes: u64,
    /// How often which status was answered.
    pub statuses: BTreeMap<u16, u64>,
    /// Requests without a whole answer.
    pub errors: Errors,
    /// Requests that were due while no connection was free, until the end: the server cannot keep up
    /// with the rate, and the latencies would have gone on growing.
    pub unsent: u64,
    /// How often a connection had to be replaced.
    pub reconnects: u64,
}

/// Requests without a whole answer, by what happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Errors {
    /// Nobody listened.
    pub refused: u64,
    /// The connection was reset, or did not come about.
    pub broken: u64,
    /// The server closed instead of answering, or in the middle.
    pub cut: u64,
    /// What came was not HTTP.
    pub malformed: u64,
    /// Nothing came in time.
    pub timeout: u64,
}

impl Errors {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.refused + self.broken + self.cut + self.malformed + self.timeout
    }

    pub(crate) fn of(&mut self, end: End) -> &mut u64 {
        match end {
            End::Refused => &mut self.refused,
            End::Broken => &mut self.broken,
            End::Closed => &mut self.cut,
            End::Malformed => &mut self.malformed,
            End::Timeout => &mut self.timeout,
        }
    }

    fn add(&mut self, other: &Errors) {
        self.refused += other.refused;
        self.broken += other.broken;
        self.cut += other.cut;
        self.malformed += other.malformed;
        self.timeout += other.timeout;
    }
}

impl Report {
    /// How many whole answers there were, whatever they said.
    pub fn answers(&self) -> u64 {
        self.latency.count()
    }

    /// How many of them had a status of 400 or more.
    pub fn bad_statuses(&self) -> u64 {
        self.statuses.range(400..).map(|(_, count)| count).sum()
    }

    /// `count` per second.
    pub fn per_second(&self, count: u64) -> f64 {
        count as f64 / self.elapsed.as_secs_f64().max(f64::MIN_POSITIVE)
    }

    /// For programs; times in microseconds.
    pub fn to_json(&self) -> Value {
        let microseconds = |nanoseconds: u64| nanoseconds as f64 / 1000.0;
        let percentiles: BTreeMap<_, _> = super::chart::PERCENTILES
            .iter()
            .map(|&p| (format!("p{p}"), microseconds(self.latency.percentile(p))))
            .collect();
        json!({
            "seconds": self.elapsed.as_secs_f64(),
            "requests": self.answers(),
            "requests_per_second": self.per_second(self.answers()),
            "bytes": self.bytes,
            "bytes_per_second": self.per_second(self.bytes),
            "latency_us": {
                "min": microseconds(self.latency.min()),
                "mean": microseconds(self.latency.mean()),
                "max": microseconds(self.latency.max()),
                "percentiles": percentiles,
            },
            "statuses": self.statuses,
            "bad_statuses": self.bad_statuses(),
            "errors": self.errors,
            "unsent": self.unsent,
            "reconnects": self.reconnects,
        })
    }

    pub(crate) fn record(&mut self, status: Status, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.latency.record(nanoseconds);
        *self.statuses.entry(status.code()).or_default() += 1;
    }

    /// Adds what another thread has found at the same time.
    pub(crate) fn add(&mut self, other: &Report) {
        self.elapsed = self.elapsed.max(other.elapsed);
        self.latency.add(&other.latency);
        self.bytes += other.bytes;
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        self.errors.add(&other.errors);
        self.unsent += other.unsent;
        self.reconnects += other.reconnects;
    }
}
