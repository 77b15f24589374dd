//! How large a datagram may be: the search of RFC 8899 (DPLPMTUD).
//!
//! A larger datagram is cheaper, until one is too large for some line of the path; then it is dropped,
//! and the note that says so often never comes back (a "black hole"). So nobody is believed: probes
//! that carry no data are sent in growing sizes, and only what was acknowledged is used. A lost
//! probe says nothing about congestion.
//!
//! The path may change. When full-sized data is lost again and again while nothing comes back, the size
//! goes back to the base, which every path carries, and the search begins anew after a while.

use std::time::Duration;

use super::wire::BASE_SIZE;

/// Sizes worth trying: tunnels over Ethernet, Ethernet with IPv6 (1500 - 48), the loopback's and
/// jumbo frames, and a large loopback.
const PLATEAUS: [usize; 6] = [BASE_SIZE, 1400, 1452, 4048, 8952, 16_336];

/// So many lost probes of one size end the search (called MAX_PROBES).
const PATIENCE: u32 = 3;

/// So long after a black hole nothing is probed.
const PAUSE: Duration = Duration::from_secs(30);

/// The search's state.
#[derive(Debug, Clone)]
pub struct PathSize {
    /// Index of the size in use.
    current: usize,
    /// Index behind the largest size that is worth trying.
    limit: usize,
    /// Lost probes of the next size.
    failures: u32,
    /// The probe on its way: its size and when it is given up.
    probing: Option<(usize, Duration)>,
    /// Nothing is probed before.
    rest_until: Duration,
}

impl PathSize {
    /// A search up to `largest`.
    pub fn new(largest: usize) -> Self {
        PathSize {
            current: 0,
            limit: PLATEAUS.partition_point(|size| *size <= largest).max(1),
            failures: 0,
            probing: None,
            rest_until: Duration::ZERO,
        }
    }

    /// The size in use.
    pub fn size(&self) -> usize {
        PLATEAUS[self.current]
    }

    /// The size of a probe to be sent now; it counts as lost when `patience` has passed.
    pub fn probe(&mut self, now: Duration, patience: Duration) -> Option<usize> {
        if self.probing.is_some_and(|(_, until)| now >= until) {
            self.probing = None;
            self.failed();
        }
        if self.probing.is_some() || now < self.rest_until || self.current + 1 >= self.limit {
            return None;
        }
        let size = PLATEAUS[self.current + 1];
        self.probing = Some((size, now + patience));
        Some(size)
    }

    /// A probe was acknowledged. Says whether the size has changed.
    pub fn acknowledged(&mut self, size: usize) -> bool {
        if self.probing.is_none_or(|(probed, _)| probed != size) {
            return false;
        }
        self.probing = None;
        self.failures = 0;
        self.current += 1;
        true
    }

    /// The system itself has refused to send so much (`EMSGSIZE`).
    pub fn refused(&mut self, size: usize) {
        if self.probing.is_some_and(|(probed, _)| probed == size) {
            self.probing = None;
            self.limit = self.current + 1;
        }
    }

    /// Full-sized data vanishes. Says whether the size has changed.
    pub fn black_hole(&mut self, now: Duration) -> bool {
        if self.current == 0 {
            return false;
        }
        self.current = 0;
        self.probing = None;
        self.failures = 0;
        self.rest_until = now + PAUSE;
        true
    }

    /// When a probe is given up.
    pub fn next_timeout(&self) -> Option<Duration> {
        self.probing.map(|(_, until)| until)
    }

    fn failed(&mut self) {
        self.failures += 1;
        if self.failures == PATIENCE {
            self.limit = self.current + 1;
        }
    }
}
