//! The queue of all Ps, first in, first out; to be kept under a lock.

use std::collections::VecDeque;

/// What waits for any P.
#[derive(Debug)]
pub(crate) struct Global<T> {
    items: VecDeque<T>,
}

impl<T> Global<T> {
    pub(crate) fn new() -> Self {
        Global {
            items: VecDeque::new(),
        }
    }

    pub(crate) fn push(&mut self, item: T) {
        self.items.push_back(item);
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// One P's share: what is there divided by the number of Ps, and one more, but not more than half
    /// a local queue.
    pub(crate) fn share(&self, processors: usize, capacity: usize) -> usize {
        let share = self.items.len() / processors.max(1) + 1;
        share.min(self.items.len()).min(capacity / 2)
    }

    /// The oldest ones.
    pub(crate) fn take(&mut self, number: usize) -> impl Iterator<Item = T> + '_ {
        let number = number.min(self.items.len());
        self.items.drain(..number)
    }
}
