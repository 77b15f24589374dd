//! The run queue of one P: a ring of 256, and a slot for the task that is to run next.
//!
//! # The ring
//!
//! `tail` is where the owner puts the next one; nobody else writes it. `head` is where the next one is
//! taken; the owner and thieves all take by a compare-and-swap on it. Both only grow, and wrap around
//! at 2^32: their difference is the number of items, and an index into the ring is the number
//! modulo 256.
//!
//! A thief reads the items first and claims them by moving `head` afterwards. Between the two,
//! somebody else may have taken them and the owner may have put new ones into the same slots; then the
//! compare-and-swap fails, and what was read is forgotten. (For it to succeed wrongly, `head` would have
//! to come round to the same value in that time: four thousand million tasks.) So slots are atomics,
//! read and written without order of their own: the order comes from `tail` (released by the
//! owner after the slot was filled, acquired by the thief) and from `head` (released by whoever took,
//! acquired by the owner before it fills the slot again).
//!
//! # The slot
//!
//! A task that was just made ready by the running one is what that one talks to: its data is in the
//! cache, and the running one is likely to wait for it next. So it goes into `next` and runs before the
//! ring; what was in `next` goes to the ring's end. Go calls it `runnext`.
//!
//! # When it is full
//!
//! Half of the ring and the new one go to the global queue, in one batch: with one at a time, a P that
//! spawns much would take the scheduler's lock for each.
//!
//! Everything after Go's `runqput`, `runqget`, `runqgrab` and `runqputslow` (`runtime/proc.go`).

use super::Item;
use crate::primitive::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::marker::PhantomData;

/// How many tasks the ring takes.
#[cfg(not(loom))]
pub(crate) const CAPACITY: usize = 256;
/// Small enough to be explored.
#[cfg(loom)]
pub(crate) const CAPACITY: usize = 4;

const EMPTY: usize = 0;

/// The queue of one P. `push` and `pop` are the owner's alone; `steal_into` is everybody's.
///
/// Who the owner is may change, as a P goes from thread to thread, but with a happens-before between the
/// two; there is never more than one.
#[derive(Debug)]
pub(crate) struct Local<T: Item> {
    head: AtomicU32,
    tail: AtomicU32,
    next: AtomicUsize,
    ring: Box<[AtomicUsize]>,
    items: PhantomData<T>,
}

impl<T: Item> Local<T> {
    pub(crate) fn new() -> Self {
        Local {
            head: AtomicU32::new(0),
            tail: AtomicU32::new(0),
            next: AtomicUsize::new(EMPTY),
            ring: (0..CAPACITY).map(|_| AtomicUsize::new(EMPTY)).collect(),
            items: PhantomData,
        }
    }

    /// Puts an item into the slot, and what was there to the end of the ring. Owner only.
    ///
    /// What the ring cannot take is handed to `overflow`: half of it, the oldest, and the new one.
    #[inline]
    pub(crate) fn push_next(&self, item: T, overflow: impl FnMut(T)) {
        let kicked = self.next.swap(item.into_word(), Ordering::AcqRel);
        if kicked != EMPTY {
            self.push_word(kicked, overflow);
        }
    }

    /// Puts an item to the end of the ring. Owner only.
    #[inline]
    pub(crate) fn push(&self, item: T, overflow: impl FnMut(T)) {
        self.push_word(item.into_word(), overflow);
    }

    #[inline]
    fn push_word(&self, word: usize, mut overflow: impl FnMut(T)) {
        loop {
            // Acquire: whoever took an item has read its slot before we fill it again.
            let head = self.head.load(Ordering::Acquire);
            let tail = self.tail.load(Ordering::Relaxed);
            if length(head, tail) < CAPACITY {
                self.slot(tail).store(word, Ordering::Relaxed);
                // Release: the slot is filled before anybody sees it counted.
                self.tail.store(tail.wrapping_add(1), Ordering::Release);
                return;
            }
            if self.spill(head, &mut overflow) {
                overflow(T::from_word(word));
                return;
            }
            // A thief was faster, and there is room now.
        }
    }

    /// Takes half of a full ring out. False when somebody took of it meanwhile.
    #[cold]
    fn spill(&self, head: u32, overflow: &mut impl FnMut(T)) -> bool {
        const HALF: usize = CAPACITY / 2;
        let mut batch = [EMPTY; HALF];
        for (at, word) in batch.iter_mut().enumerate() {
            *word = self
                .slot(head.wrapping_add(at as u32))
                .load(Ordering::Relaxed);
        }
        let after = head.wrapping_add(HALF as u32);
        if !self.claim(head, after) {
            return false;
        }
        for word in batch {
            overflow(T::from_word(word));
        }
        true
    }

    /// Takes the item of the slot. Owner only.
    #[inline]
    pub(crate) fn pop_next(&self) -> Option<T> {
        // Most times there is none, and a load costs less than a swap.
        if self.next.load(Ordering::Relaxed) == EMPTY {
            return None;
        }
        let word = self.next.swap(EMPTY, Ordering::AcqRel);
        (word != EMPTY).then(|| T::from_word(word))
    }

    /// Takes the oldest item of the ring. Owner only.
    #[inline]
    pub(crate) fn pop(&self) -> Option<T> {
        let tail = self.tail.load(Ordering::Relaxed);
        loop {
            let head = self.head.load(Ordering::Acquire);
            if head == tail {
                return None;
            }
            let word = self.slot(head).load(Ordering::Relaxed);
            if self.claim(head, head.wrapping_add(1)) {
                return Some(T::from_word(word));
            }
        }
    }

    /// Takes half of this queue, rounded up, into `thief`'s, which is the caller's own and empty; the
    /// last one of them is returned, to be run at once. With `next_too`, an item that is alone in the
    /// slot may be taken as well.
    pub(crate) fn steal_into(&self, thief: &Local<T>, next_too: bool) -> Option<T> {
        let their_tail = thief.tail.load(Ordering::Relaxed);
        let taken = self.grab(next_too, |at, word| {
            thief
                .slot(their_tail.wrapping_add(at))
                .store(word, Ordering::Relaxed);
        });
        let last = taken.checked_sub(1)?;
        let word = thief
            .slot(their_tail.wrapping_add(last))
            .load(Ordering::Relaxed);
        thief
            .tail
            .store(their_tail.wrapping_add(last), Ordering::Release);
        Some(T::from_word(word))
    }

    /// Copies half of the items by `put`, then claims them. How many there were.
    fn grab(&self, next_too: bool, mut put: impl FnMut(u32, usize)) -> u32 {
        loop {
            let head = self.head.load(Ordering::Acquire);
            let tail = self.tail.load(Ordering::Acquire);
            let length = tail.wrapping_sub(head);
            if length == 0 {
                return self.grab_next(next_too, put);
            }
            let half = length - length / 2;
            if half as usize > CAPACITY / 2 {
                // The two were read at different times.
                continue;
            }
            for at in 0..half {
                let word = self.slot(head.wrapping_add(at)).load(Ordering::Relaxed);
                put(at, word);
            }
            if self.claim(head, head.wrapping_add(half)) {
                return half;
            }
        }
    }

    fn grab_next(&self, next_too: bool, mut put: impl FnMut(u32, usize)) -> u32 {
        if !next_too || self.next.load(Ordering::Relaxed) == EMPTY {
            return 0;
        }
        let word = self.next.swap(EMPTY, Ordering::AcqRel);
        if word == EMPTY {
            return 0;
        }
        put(0, word);
        1
    }

    fn claim(&self, head: u32, after: u32) -> bool {
        // Release: what was read from the slots was read before they are free. Relaxed on failure:
        // nothing is done with the value.
        self.head
            .compare_exchange(head, after, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// How many there are in the ring, as far as can be told from outside.
    pub(crate) fn len(&self) -> usize {
        let head = self.head.load(Ordering::Acquire);
        let tail = self.tail.load(Ordering::Acquire);
        length(head, tail).min(CAPACITY)
    }

    /// Whether there is nothing, the slot included.
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0 && self.next.load(Ordering::Acquire) == EMPTY
    }

    #[inline]
    fn slot(&self, number: u32) -> &AtomicUsize {
        &self.ring[number as usize % CAPACITY]
    }
}

fn length(head: u32, tail: u32) -> usize {
    tail.wrapping_sub(head) as usize
}

impl<T: Item> Drop for Local<T> {
    fn drop(&mut self) {
        drop(self.pop_next());
        while let Some(item) = self.pop() {
            drop(item);
        }
    }
}
