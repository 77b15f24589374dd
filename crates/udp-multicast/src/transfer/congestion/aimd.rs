//! Additive increase, multiplicative decrease.

use std::time::Duration;

use super::{Congestion, initial_window};

/// Slow start and AIMD after RFC 5681: one more segment per round trip, half of it at a loss.
#[derive(Debug, Clone)]
pub struct Aimd {
    segment: usize,
    window: usize,
    threshold: usize,
    /// Acknowledged bytes that have not moved the window yet (RFC 3465).
    credit: usize,
}

impl Aimd {
    /// A new connection's window.
    pub fn new(segment: usize) -> Self {
        Aimd {
            segment,
            window: initial_window(segment),
            threshold: usize::MAX,
            credit: 0,
        }
    }

    fn halve(&mut self) {
        self.threshold = (self.window / 2).max(2 * self.segment);
        self.credit = 0;
    }
}

impl Congestion for Aimd {
    fn window(&self) -> usize {
        self.window
    }

    fn threshold(&self) -> usize {
        self.threshold
    }

    fn on_ack(&mut self, _now: Duration, acknowledged: usize, _round_trip: Duration) {
        if self.window < self.threshold {
            self.window += acknowledged;
            return;
        }
        self.credit += acknowledged;
        // A whole window of acknowledged bytes is a round trip.
        while self.credit >= self.window {
            self.credit -= self.window;
            self.window += self.segment;
        }
    }

    fn on_loss(&mut self, _now: Duration) {
        self.halve();
        self.window = self.threshold;
    }

    fn on_timeout(&mut self, _now: Duration) {
        self.halve();
        self.window = self.segment;
    }

    fn set_segment(&mut self, segment: usize) {
        self.segment = segment;
        self.window = self.window.max(segment);
    }
}
