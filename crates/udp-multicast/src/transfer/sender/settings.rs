//! What goes into a sender, and what comes out of it.

use std::time::Duration;

use thiserror::Error;

use crate::transfer::congestion::{Aimd, Congestion};
use crate::transfer::rtt::Limits;
use crate::transfer::wire::Reason;

/// How a sender is to behave.
#[derive(Debug, Clone)]
pub struct SendConfig {
    /// The retransmission timer's limits. Ours are shorter than the RFC's: our receiver answers at
    /// once, where TCP's waits up to half a second for a second segment.
    pub timer: Limits,
    /// After so much silence the receiver is given up.
    pub idle: Duration,
    /// How many bytes are kept: those on their way and those to be sent next.
    pub buffer: usize,
    /// The largest datagram that is tried.
    pub largest: usize,
    /// Makes the rule for the congestion window, for a size of segments.
    pub congestion: fn(usize) -> Box<dyn Congestion>,
}

impl Default for SendConfig {
    fn default() -> Self {
        SendConfig {
            timer: Limits {
                initial: Duration::from_millis(500),
                least: Duration::from_millis(25),
                most: Duration::from_secs(60),
                granularity: Duration::from_millis(1),
            },
            idle: Duration::from_secs(30),
            buffer: 4 << 20,
            largest: 16_336,
            congestion: |segment| Box::new(Aimd::new(segment)),
        }
    }
}

/// Why nothing more is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SendError {
    /// Nobody has answered the greeting.
    #[error("no answer")]
    NoAnswer,
    /// The receiver had answered, and then said nothing more.
    #[error("the receiver fell silent")]
    Silent,
    /// The receiver has ended the connection.
    #[error(transparent)]
    Reset(#[from] Reason),
}

/// What has happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Datagrams of all kinds.
    pub datagrams: u64,
    /// Bytes of the file that were sent, with those that were sent again.
    pub sent: u64,
    /// Bytes of the file that have arrived in this connection.
    pub acknowledged: u64,
    /// Segments that were sent again.
    pub retransmissions: u64,
    /// How often the retransmission timer expired.
    pub timeouts: u64,
    /// How often the congestion window was cut by a loss that was noticed without the timer.
    pub losses: u64,
}
