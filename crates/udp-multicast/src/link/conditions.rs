//! What a link does to datagrams.

use std::time::Duration;

/// The properties of one direction of a link. The default is a good line: 10 ms, nothing else.
#[derive(Debug, Clone, PartialEq)]
pub struct Conditions {
    /// The part of all datagrams that vanishes, from 0 to 1.
    pub loss: f64,
    /// The part that arrives twice.
    pub duplicate: f64,
    /// The part that is overtaken by later ones.
    pub reorder: f64,
    /// The part in which one bit is flipped.
    pub corrupt: f64,
    /// What the way takes at least.
    pub delay: Duration,
    /// What it takes at most in addition. Jitter alone changes no order.
    pub jitter: Duration,
    /// Bytes a second; `None`: any number.
    pub bandwidth: Option<u64>,
    /// How many bytes wait for the bandwidth before the next is dropped ("drop tail").
    pub queue: usize,
    /// The largest datagram that passes.
    pub mtu: usize,
}

impl Default for Conditions {
    fn default() -> Self {
        Conditions {
            loss: 0.0,
            duplicate: 0.0,
            reorder: 0.0,
            corrupt: 0.0,
            delay: Duration::from_millis(10),
            jitter: Duration::ZERO,
            bandwidth: None,
            queue: usize::MAX,
            mtu: 65_507,
        }
    }
}

impl Conditions {
    /// How long the line is busy with so many bytes.
    pub fn serialisation(&self, bytes: usize) -> Duration {
        match self.bandwidth {
            Some(bandwidth) => {
                let nanoseconds = bytes as u128 * 1_000_000_000 / u128::from(bandwidth.max(1));
                Duration::from_nanos(nanoseconds.try_into().unwrap_or(u64::MAX))
            }
            None => Duration::ZERO,
        }
    }

    /// How many bytes are on the line or in the queue of a line that will be busy for so long.
    pub(super) fn backlog(&self, busy_for: Duration) -> usize {
        let bandwidth = u128::from(self.bandwidth.unwrap_or(0));
        let bytes = busy_for.as_nanos() * bandwidth / 1_000_000_000;
        bytes.try_into().unwrap_or(usize::MAX)
    }
}
