//! Bytes of a file, kept at their offset modulo the capacity.
//!
//! Which of them mean anything is the user's to know: a stretch that is no longer than the capacity.

use std::fmt;
use std::ops::Range;

/// A window on a file, that moves along it without moving bytes.
#[derive(Clone)]
pub(crate) struct Ring {
    bytes: Vec<u8>,
}

/// Two rings look alike when they hold the same, and neither fills the screen.
impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring")
            .field("capacity", &self.capacity())
            .field("crc32", &crc32fast::hash(&self.bytes))
            .finish()
    }
}

impl Ring {
    /// # Panics
    ///
    /// When the capacity is nothing.
    pub(crate) fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a buffer for nothing");
        Ring {
            bytes: vec![0; capacity],
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.bytes.len()
    }

    /// Puts bytes at `offset`.
    pub(crate) fn write(&mut self, offset: u64, bytes: &[u8]) {
        let (first, second) = self.places(offset, bytes.len());
        let (head, tail) = bytes.split_at(first.len());
        self.bytes[first].copy_from_slice(head);
        self.bytes[second].copy_from_slice(tail);
    }

    /// A copy of the `count` bytes from `offset` on, at the end of `out`.
    pub(crate) fn read(&self, offset: u64, count: usize, out: &mut Vec<u8>) {
        let (first, second) = self.places(offset, count);
        out.extend_from_slice(&self.bytes[first]);
        out.extend_from_slice(&self.bytes[second]);
    }

    /// Where they are: up to the end of the ring, and from its beginning.
    fn places(&self, offset: u64, count: usize) -> (Range<usize>, Range<usize>) {
        let start = (offset % self.capacity() as u64) as usize;
        let first = count.min(self.capacity() - start);
        (start..start + first, 0..count - first)
    }
}
