//! The first stage: send one segment, wait for its acknowledgement, send the next.
//!
//! A segment is a sequence number (where its bytes begin) and bytes; the acknowledgement is the number
//! of the byte that is expected next: sequence number plus size. That is enough for any loss, any
//! duplicate and any order. It is slow: one segment per round trip, whatever the line could carry.
//!
//! [`sliding_window`](super::sliding_window) is the same with more than one segment on its way, and
//! takes the receiver from here.

use std::time::Duration;

use super::rtt::{Estimator, Limits};
use crate::link::Machine;

/// How many bytes of the file a datagram carries.
pub const SEGMENT: usize = 1000;

/// Sends one segment at a time.
#[derive(Debug)]
pub struct StopAndWait {
    bytes: Vec<u8>,
    /// All before is acknowledged; here begins the one segment that is on its way.
    base: usize,
    /// When that segment went out last, and how often it did.
    sent: Option<(Duration, u32)>,
    timer: Estimator,
    /// Segments that were sent again.
    pub retransmissions: u64,
}

impl StopAndWait {
    /// A sender of `bytes`.
    pub fn new(bytes: Vec<u8>) -> Self {
        StopAndWait {
            bytes,
            base: 0,
            sent: None,
            timer: Estimator::new(Limits::RFC_6298),
            retransmissions: 0,
        }
    }
}

impl Machine for StopAndWait {
    fn on_datagram(&mut self, now: Duration, datagram: &[u8]) {
        let Some(ack) = read_ack(datagram) else {
            return;
        };
        let end = (self.base + SEGMENT).min(self.bytes.len());
        let Some((at, times)) = self.sent.filter(|_| ack == end) else {
            // A second acknowledgement of an earlier segment.
            return;
        };
        if times == 1 {
            // Karn's rule: which of several would it answer?
            self.timer.measured(now - at);
        }
        self.base = ack;
        self.sent = None;
    }

    fn poll_transmit(&mut self, now: Duration) -> Option<Vec<u8>> {
        if self.is_done() || self.next_timeout().is_some_and(|due| now < due) {
            return None;
        }
        let times = self.sent.map_or(0, |(_, times)| times);
        if times > 0 {
            self.timer.expired();
            self.retransmissions += 1;
        }
        self.sent = Some((now, times + 1));
        Some(segment(&self.bytes, self.base))
    }

    fn next_timeout(&self) -> Option<Duration> {
        self.sent.map(|(at, _)| at + self.timer.timeout())
    }

    fn is_done(&self) -> bool {
        self.base == self.bytes.len()
    }
}

/// Takes segments in order, and says which byte is next. What comes early is dropped.
#[derive(Debug, Default)]
pub struct InOrder {
    /// What has arrived.
    pub bytes: Vec<u8>,
    acks_due: usize,
}

impl Machine for InOrder {
    fn on_datagram(&mut self, _now: Duration, datagram: &[u8]) {
        let Some((sequence, bytes)) = datagram.split_first_chunk() else {
            return;
        };
        if u32::from_be_bytes(*sequence) as usize == self.bytes.len() {
            self.bytes.extend(bytes);
        }
        // Of old segments too: it is our acknowledgement that was lost.
        self.acks_due += 1;
    }

    fn poll_transmit(&mut self, _now: Duration) -> Option<Vec<u8>> {
        self.acks_due = self.acks_due.checked_sub(1)?;
        Some((self.bytes.len() as u32).to_be_bytes().to_vec())
    }

    fn next_timeout(&self) -> Option<Duration> {
        None
    }

    fn is_done(&self) -> bool {
        true
    }
}

/// The segment that begins at `sequence`.
pub(super) fn segment(bytes: &[u8], sequence: usize) -> Vec<u8> {
    let end = (sequence + SEGMENT).min(bytes.len());
    let mut datagram = (sequence as u32).to_be_bytes().to_vec();
    datagram.extend(&bytes[sequence..end]);
    datagram
}

pub(super) fn read_ack(datagram: &[u8]) -> Option<usize> {
    let ack: [u8; 4] = datagram.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(ack)).ok()
}
