//! The receiver's buffer: what came early waits here for what is missing.
//!
//! Invariants: `bytes` holds the file from `base` to `edge`, with holes; `base..ready` has none and has not been
//! read; `early` are the ranges beyond `ready`. Nothing is beyond `edge`, up to which the sender
//! was allowed to send. The edge never goes back: what was promised is kept.

use std::ops::Range;

use super::ranges::Ranges;
use super::ring::Ring;

/// A buffer of fixed capacity in front of a reader.
#[derive(Debug, Clone)]
pub struct Reassembly {
    bytes: Ring,
    base: u64,
    ready: u64,
    early: Ranges,
    edge: u64,
    /// By how much the edge moves at least, so that a slow reader is not sent crumbs (RFC 9293's
    /// silly window).
    step: usize,
}

impl Reassembly {
    /// An empty buffer whose first byte will be the one at `offset`.
    pub fn new(offset: u64, capacity: usize, step: usize) -> Self {
        let mut buffer = Reassembly {
            bytes: Ring::new(capacity),
            base: offset,
            ready: offset,
            early: Ranges::default(),
            edge: offset,
            step: step.min(capacity / 2).max(1),
        };
        buffer.move_edge();
        buffer
    }

    /// Puts bytes in their place. Says no, and changes nothing, when they go beyond the edge; what is
    /// there already stays as it is.
    pub fn insert(&mut self, offset: u64, bytes: &[u8]) -> bool {
        let Some(end) = offset.checked_add(bytes.len() as u64) else {
            return false;
        };
        if end > self.edge {
            return false;
        }
        if end <= self.ready {
            return true;
        }
        let skipped = self.ready.saturating_sub(offset) as usize;
        let offset = offset.max(self.ready);
        self.bytes.write(offset, &bytes[skipped..]);
        self.early.insert(offset..end);
        if let Some(end) = self.early.take_from(self.ready) {
            self.ready = end;
        }
        true
    }

    /// Takes up to `limit` bytes out that are in order.
    pub fn read(&mut self, limit: usize) -> Vec<u8> {
        let count = limit.min((self.ready - self.base) as usize);
        let mut bytes = Vec::with_capacity(count);
        self.bytes.read(self.base, count, &mut bytes);
        self.base += count as u64;
        self.move_edge();
        bytes
    }

    fn move_edge(&mut self) {
        let possible = self.base + self.bytes.capacity() as u64;
        if possible - self.edge >= self.step as u64 {
            self.edge = possible;
        }
    }

    /// All before this offset is there: what an acknowledgement says.
    pub fn ready(&self) -> u64 {
        self.ready
    }

    /// How many bytes wait for [`Reassembly::read`].
    pub fn readable(&self) -> usize {
        (self.ready - self.base) as usize
    }

    /// How much may be sent from [`Reassembly::ready`] on.
    pub fn window(&self) -> u32 {
        u32::try_from(self.edge - self.ready).unwrap_or(u32::MAX)
    }

    /// What is there beyond a gap.
    pub fn early(&self) -> impl Iterator<Item = Range<u64>> {
        self.early.iter()
    }
}
