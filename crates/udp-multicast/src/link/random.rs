//! Chance that can be repeated.

use std::time::Duration;

/// A generator of random numbers that gives the same ones for the same seed, on every machine
/// (SplitMix64: a counter whose bits are stirred). Good enough for dice; no secret may come from it.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The beginning of the sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let stirred = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let stirred = (stirred ^ (stirred >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        stirred ^ (stirred >> 31)
    }

    /// At least 0 and less than 1.
    pub fn fraction(&mut self) -> f64 {
        // As many bits as the fraction of a double holds.
        (self.number() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Yes, with this probability. Takes one number whatever the probability is.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// A time from nothing up to `limit`.
    pub fn up_to(&mut self, limit: Duration) -> Duration {
        limit.mul_f64(self.fraction())
    }
}
