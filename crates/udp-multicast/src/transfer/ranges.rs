//! Which bytes are there: a set of ranges with gaps between them.
//!
//! Invariants: no range is empty, and no two touch or overlap (they would be one).

use std::collections::BTreeMap;
use std::ops::Range;

/// A set of offsets, kept as ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ranges {
    /// From the start of each range to its end.
    ends: BTreeMap<u64, u64>,
}

impl Ranges {
    /// Adds all of `range`, which may overlap anything.
    pub fn insert(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let (mut start, mut end) = (range.start, range.end);
        // Those that touch the new one begin at or before its end, and end at or after its start.
        while let Some((&s, &e)) = self.ends.range(..=end).next_back() {
            if e < start {
                break;
            }
            (start, end) = (start.min(s), end.max(e));
            self.ends.remove(&s);
        }
        self.ends.insert(start, end);
    }

    /// Takes the first range out, if it begins at or before `offset`; returns its end.
    pub fn take_from(&mut self, offset: u64) -> Option<u64> {
        let first = self.ends.first_entry()?;
        (*first.key() <= offset).then(|| first.remove())
    }

    /// All ranges, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = Range<u64>> {
        self.ends.iter().map(|(&start, &end)| start..end)
    }

    /// How many ranges there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }
}
