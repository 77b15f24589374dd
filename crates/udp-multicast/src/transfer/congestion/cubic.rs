//! CUBIC, RFC 9438.

use std::time::Duration;

use super::{Congestion, initial_window};

/// What the window is multiplied with at a loss, called β (4.6).
const DECREASE: f64 = 0.7;

/// How steep the curve is, in segments per second cubed, called C (5).
const STEEPNESS: f64 = 0.4;

/// What AIMD would have to add per round trip to be as fast as with a factor of a half, called
/// α (4.3).
const FRIENDLY_INCREASE: f64 = 3.0 * (1.0 - DECREASE) / (1.0 + DECREASE);

/// The window as a cubic function of the time since the last loss. Sizes are kept in segments, as in the
/// RFC, whose section numbers these are.
#[derive(Debug, Clone)]
pub struct Cubic {
    segment: usize,
    window: f64,
    threshold: f64,
    /// The window at which the last loss was, called W_max.
    plateau: f64,
    /// The window just before the last loss, called cwnd_prior.
    prior: f64,
    epoch: Option<Epoch>,
}

/// A stretch of congestion avoidance.
#[derive(Debug, Clone)]
struct Epoch {
    start: Duration,
    /// The window that it is heading for: W_max, or where it began when that is beyond.
    plateau: f64,
    /// When the curve reaches the plateau, in seconds since `start`, called K.
    until_plateau: f64,
    /// What AIMD would have by now, called W_est.
    friendly: f64,
}

impl Cubic {
    /// A new connection's window.
    pub fn new(segment: usize) -> Self {
        Cubic {
            segment,
            window: initial_window(segment) as f64 / segment as f64,
            threshold: f64::INFINITY,
            plateau: 0.0,
            prior: 0.0,
            epoch: None,
        }
    }

    fn begin(&self, now: Duration) -> Epoch {
        // Beyond the old plateau the curve starts where the window is.
        let plateau = self.plateau.max(self.window);
        Epoch {
            start: now,
            plateau,
            until_plateau: ((plateau - self.window) / STEEPNESS).cbrt(),
            friendly: self.window,
        }
    }

    fn avoid_congestion(&mut self, now: Duration, acknowledged: f64, round_trip: Duration) {
        let mut epoch = match self.epoch.take() {
            Some(epoch) => epoch,
            None => self.begin(now),
        };
        let target = epoch
            .curve(now + round_trip)
            .clamp(self.window, 1.5 * self.window);
        let increase = if epoch.friendly < self.prior {
            FRIENDLY_INCREASE
        } else {
            1.0
        };
        epoch.friendly += increase * acknowledged / self.window;
        if epoch.curve(now) < epoch.friendly {
            self.window = self.window.max(epoch.friendly);
        } else {
            self.window += (target - self.window) / self.window * acknowledged;
        }
        self.epoch = Some(epoch);
    }

    fn cut(&mut self) {
        self.epoch = None;
        self.prior = self.window;
        // Fast convergence (4.7): whose plateau sinks leaves room to newcomers.
        self.plateau = if self.window < self.plateau {
            self.window * (1.0 + DECREASE) / 2.0
        } else {
            self.window
        };
        self.threshold = (self.window * DECREASE).max(2.0);
    }
}

impl Congestion for Cubic {
    fn window(&self) -> usize {
        (self.window * self.segment as f64) as usize
    }

    fn threshold(&self) -> usize {
        (self.threshold * self.segment as f64) as usize
    }

    fn on_ack(&mut self, now: Duration, acknowledged: usize, round_trip: Duration) {
        let acknowledged = acknowledged as f64 / self.segment as f64;
        if self.window < self.threshold {
            self.window += acknowledged;
        } else {
            self.avoid_congestion(now, acknowledged, round_trip);
        }
    }

    fn on_loss(&mut self, _now: Duration) {
        self.cut();
        self.window = self.threshold;
    }

    fn on_timeout(&mut self, _now: Duration) {
        self.cut();
        self.window = 1.0;
    }

    fn set_segment(&mut self, segment: usize) {
        let scale = self.segment as f64 / segment as f64;
        self.segment = segment;
        self.window = (self.window * scale).max(1.0);
        self.threshold *= scale;
        self.plateau *= scale;
        self.prior *= scale;
        self.epoch = None;
    }
}

impl Epoch {
    /// W_cubic (4.2).
    fn curve(&self, now: Duration) -> f64 {
        let seconds = now.saturating_sub(self.start).as_secs_f64();
        STEEPNESS * (seconds - self.until_plateau).powi(3) + self.plateau
    }
}
