//! Deadlines of thousands of connections, nearly all of which are moved before they pass.
//!
//! Each answer moves one, and about one in a million passes. An ordered queue would pay for each move;
//! this is an array with one cell for each connection, which a move writes to and nothing more. It is
//! looked through only when one *may* have passed: at the earliest time that was ever written since the
//! last look. Ten thousand cells are 160 KB, read in order, in some ten microseconds, a few times in a
//! second at most.

use std::time::{Duration, Instant};

/// Deadlines are late by up to this much, so that there are not more looks than ten in a second.
const GRAIN: Duration = Duration::from_millis(100);

#[derive(Default)]
pub(super) struct Deadlines {
    /// By slot.
    cells: Vec<Option<Instant>>,
    /// No deadline passes before this.
    next: Option<Instant>,
}

impl Deadlines {
    pub(super) fn set(&mut self, slot: usize, deadline: Instant) {
        if slot >= self.cells.len() {
            self.cells.resize(slot + 1, None);
        }
        self.cells[slot] = Some(deadline);
        if self.next.is_none_or(|next| deadline < next) {
            self.next = Some(deadline);
        }
    }

    pub(super) fn clear(&mut self, slot: usize) {
        self.cells[slot] = None;
    }

    /// How long until it is worth looking.
    pub(super) fn timeout(&self, now: Instant) -> Option<Duration> {
        Some(self.next?.saturating_duration_since(now))
    }

    /// Puts the slots whose deadline has passed into `expired`.
    pub(super) fn take_expired(&mut self, now: Instant, expired: &mut Vec<usize>) {
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        let mut next: Option<Instant> = None;
        for (slot, cell) in self.cells.iter_mut().enumerate() {
            let Some(deadline) = *cell else { continue };
            if deadline <= now {
                *cell = None;
                expired.push(slot);
            } else {
                next = Some(next.map_or(deadline, |next| next.min(deadline)));
            }
        }
        self.next = next.map(|next| next.max(now + GRAIN));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_moved_does_not_expire() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut deadlines = Deadlines::default();
        deadlines.set(0, at(1));
        deadlines.set(1, at(2));
        deadlines.set(0, at(5));
        deadlines.set(2, at(3));
        deadlines.clear(2);
        assert_eq!(deadlines.timeout(start), Some(Duration::from_secs(1)));
        let mut expired = Vec::new();
        deadlines.take_expired(at(1), &mut expired);
        assert!(expired.is_empty());
        deadlines.take_expired(at(4), &mut expired);
        assert_eq!(expired, [1]);
        assert_eq!(deadlines.timeout(at(4)), Some(Duration::from_secs(1)));
        deadlines.take_expired(at(5), &mut expired);
        assert_eq!(expired, [1, 0]);
        assert_eq!(deadlines.timeout(at(5)), None);
    }
}
