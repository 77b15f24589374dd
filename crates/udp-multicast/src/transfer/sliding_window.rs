//! The second stage: as many segments on their way as a window allows.
//!
//! While the first acknowledgement comes back, the next segments are under way already: one window per
//! round trip instead of one segment. A window of bandwidth times round trip keeps the line full; a
//! larger one only fills queues.
//!
//! The receiver is still the simple one, that keeps nothing early. So a loss costs all that was sent
//! after it ("go back N"), and nothing says how large the window should be. The last stage
//! ([`sender`](super::sender)) has the receiver tell what it has and what it has room for, and finds out what
//! the network carries.

use std::time::Duration;

use super::rtt::{Estimator, Limits};
use super::stop_and_wait::{SEGMENT, read_ack, segment};
use crate::link::Machine;

/// Sends up to a window's worth of bytes without an acknowledgement.
#[derive(Debug)]
pub struct SlidingWindow {
    bytes: Vec<u8>,
    window: usize,
    /// All before is acknowledged.
    base: usize,
    /// The next byte to send; goes back to `base` when the timer expires.
    next: usize,
    /// The first byte that was never sent.
    fresh: usize,
    /// When the oldest segment counts as lost.
    due: Option<Duration>,
    /// The segment that is measured: its end, and when it was sent. It was sent once only.
    measured: Option<(usize, Duration)>,
    timer: Estimator,
    /// Segments that were sent again.
    pub retransmissions: u64,
    /// The most bytes that ever were on their way.
    pub most_in_flight: usize,
}

impl SlidingWindow {
    /// A sender of `bytes` with at most `window` bytes on their way.
    pub fn new(bytes: Vec<u8>, window: usize) -> Self {
        SlidingWindow {
            bytes,
            window,
            base: 0,
            next: 0,
            fresh: 0,
            due: None,
            measured: None,
            timer: Estimator::new(Limits::RFC_6298),
            retransmissions: 0,
            most_in_flight: 0,
        }
    }

    fn go_back(&mut self) {
        self.timer.expired();
        self.next = self.base;
        self.due = None;
        // What is on its way will be sent twice (Karn's rule).
        self.measured = None;
    }
}

impl Machine for SlidingWindow {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        let Some(ack) = read_ack(datagram).filter(|ack| (self.base + 1..=self.fresh).contains(ack))
        else {
            return;
        };
        if let Some((_, sent)) = self.measured.take_if(|(end, _)| ack >= *end) {
            self.timer.measured(now - sent);
        }
        self.base = ack;
        self.next = self.next.max(ack);
        self.due = (self.next > self.base).then(|| now + self.timer.timeout());
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        if self.due.is_some_and(|due| now >= due) {
            self.go_back();
        }
        let end = (self.next + SEGMENT).min(self.bytes.len());
        if end == self.next || end - self.base > self.window {
            return None;
        }
        let datagram = segment(&self.bytes, self.next);
        if self.next < self.fresh {
            self.retransmissions += 1;
        } else {
            self.measured.get_or_insert((end, now));
        }
        self.next = end;
        self.fresh = self.fresh.max(end);
        self.most_in_flight = self.most_in_flight.max(self.next - self.base);
        self.due.get_or_insert(now + self.timer.timeout());
        Some(datagram)
    }

    fn next_timeout(&self) -> Option<Duration> {
        self.due
    }

    fn is_done(&self) -> bool {
        self.base == self.bytes.len()
    }
}
