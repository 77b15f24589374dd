//! Rounding up and adding may both pass the end of all numbers, and an allocator must never believe a
//! sum that has. Nothing is stored before everything has been found right.

use std::alloc::Layout;
use std::ops::Range;

/// An allocator that only moves on.
pub struct Bump {
    range: Range<usize>,
    next: usize,
}

impl Bump {
    /// One that gives out these addresses.
    pub fn new(range: Range<usize>) -> Self {
        let next = range.start;
        Self { range, next }
    }

    /// The address of a new piece.
    pub fn take(&mut self, layout: Layout) -> Option<usize> {
        let start = self.next.checked_next_multiple_of(layout.align())?;
        let end = start.checked_add(layout.size())?;
        if end > self.range.end {
            return None;
        }
        self.next = end;
        Some(start)
    }

    /// Takes all pieces back.
    pub fn clear(&mut self) {
        self.next = self.range.start;
    }
}
