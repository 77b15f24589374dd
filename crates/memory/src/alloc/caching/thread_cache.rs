//! A thread's cache: for each size class a stack of free objects.
//!
//! # Invariants
//!
//! - `len <= limit <= capacity` for each class; the class's objects are at `offset..offset + len`.
//! - `limit` begins at one batch and grows with each trade: a class that a thread hardly uses keeps
//!   little, one that it uses much trades seldom (tcmalloc's slow start).

use super::central::Object;
use super::classes::{CACHED, CLASSES, Class};

#[derive(Debug)]
pub(super) struct ThreadCache {
    bins: [Bin; CLASSES],
    objects: [Object; CACHED],
}

/// A class's share. All zeros are those of a new cache.
#[derive(Debug, Clone, Copy)]
struct Bin {
    len: u32,
    /// More are given back.
    limit: u32,
}

impl ThreadCache {
    /// The object that was put in last: the likeliest to be in the processor's cache.
    #[inline]
    pub(super) fn pop(&mut self, class: Class) -> Option<Object> {
        let bin = &mut self.bins[class.index()];
        bin.len = bin.len.checked_sub(1)?;
        Some(self.objects[class.offset() + bin.len as usize])
    }

    /// Says whether there was room.
    #[inline]
    pub(super) fn push(&mut self, class: Class, object: Object) -> bool {
        let bin = &mut self.bins[class.index()];
        if bin.len == bin.limit {
            return false;
        }
        self.objects[class.offset() + bin.len as usize] = object;
        bin.len += 1;
        true
    }

    /// Has `fill` put a batch into the empty bin, and say how many there are.
    pub(super) fn refill(&mut self, class: Class, fill: impl FnOnce(&mut [Object]) -> usize) {
        self.raise_limit(class);
        let batch = &mut self.objects[class.offset()..][..class.batch()];
        self.bins[class.index()].len = fill(batch) as u32;
    }

    /// Makes room for one object at least: by a higher limit, or by giving up a batch of those that were
    /// not used for the longest time.
    pub(super) fn make_room(&mut self, class: Class, give: impl FnOnce(&[Object])) {
        if self.raise_limit(class) {
            return;
        }
        let (start, batch) = (class.offset(), class.batch());
        let bin = &mut self.bins[class.index()];
        let len = bin.len as usize;
        give(&self.objects[start..start + batch]);
        self.objects.copy_within(start + batch..start + len, start);
        bin.len = (len - batch) as u32;
    }

    /// Empties every bin.
    pub(super) fn flush(&mut self, mut give: impl FnMut(Class, &[Object])) {
        for class in Class::all() {
            let bin = &mut self.bins[class.index()];
            let len = bin.len as usize;
            give(class, &self.objects[class.offset()..][..len]);
            *bin = Bin { len: 0, limit: 0 };
        }
    }

    fn raise_limit(&mut self, class: Class) -> bool {
        let bin = &mut self.bins[class.index()];
        let before = bin.limit;
        bin.limit = (before + class.batch() as u32).min(class.capacity() as u32);
        bin.limit > before
    }
}
