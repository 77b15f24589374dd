//! The table of roots: what programs keep from outside the heap.
//!
//! # Invariants
//!
//! - A root has a slot from its making to its end, and does not move. So the collector can read the table in
//!   parts while the program runs, and looks at each root that was there all the time.
//! - A root made during marking is grey by itself ([`Scope::root`](super::Scope::root)); it does not matter
//!   whether the collector comes by its slot.
//! - A slot is free, and its number in `free`, or it has an object.

use std::ops::Range;
use std::sync::Mutex;

use super::edge::Index;
use super::heap::lock;

#[derive(Debug, Default)]
pub(super) struct Roots(Mutex<Table>);

#[derive(Debug, Default)]
struct Table {
    objects: Vec<Option<Index>>,
    free: Vec<usize>,
}

impl Roots {
    /// Says in which slot.
    pub(super) fn insert(&self, object: Index) -> usize {
        let table = &mut *lock(&self.0);
        let Some(slot) = table.free.pop() else {
            table.objects.push(Some(object));
            return table.objects.len() - 1;
        };
        table.objects[slot] = Some(object);
        slot
    }

    pub(super) fn remove(&self, slot: usize) {
        let table = &mut *lock(&self.0);
        table.objects[slot] = None;
        table.free.push(slot);
    }

    /// All slots that there are now.
    pub(super) fn slots(&self) -> Range<usize> {
        0..lock(&self.0).objects.len()
    }

    /// The objects in the first `most` of these slots, which are taken off the range.
    ///
    /// They are copied, for marking them waits for memory, and a thread that makes a root must not.
    pub(super) fn next(&self, slots: &mut Range<usize>, most: usize, objects: &mut Vec<Index>) {
        let end = slots.end.min(slots.start.saturating_add(most));
        let part = slots.start..end;
        slots.start = end;
        objects.extend(lock(&self.0).objects[part].iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::Roots;

    #[test]
    fn a_root_keeps_its_slot_and_a_free_slot_is_used_again() {
        let roots = Roots::default();
        let slots = [10, 11, 12].map(|object| roots.insert(object));
        roots.remove(slots[1]);
        assert_eq!(read(&roots, 2), [10, 12]);
        assert_eq!(roots.insert(13), slots[1]);
        assert_eq!(read(&roots, 2), [10, 13, 12]);
        assert_eq!(roots.slots().len(), 3);
    }

    #[test]
    fn a_root_that_was_there_all_the_time_is_read_whatever_others_do() {
        let roots = Roots::default();
        let slots: Vec<_> = (0..8).map(|object| roots.insert(object)).collect();
        let (mut left, mut seen) = (roots.slots(), Vec::new());
        for gone in [6, 0, 4] {
            roots.remove(slots[gone]);
            roots.insert(100);
            roots.next(&mut left, 3, &mut seen);
        }
        assert!(left.is_empty());
        assert!([1, 2, 3, 5, 7].iter().all(|kept| seen.contains(kept)));
    }

    fn read(roots: &Roots, most: usize) -> Vec<u32> {
        let (mut left, mut objects) = (roots.slots(), Vec::new());
        while !left.is_empty() {
            roots.next(&mut left, most, &mut objects);
        }
        objects
    }
}
