//! The buffer: a ring of slots that senders and receivers fill and empty without a lock.
//!
//! After Dmitry Vyukov's bounded queue. `tail` is the position that is filled next, `head` the one
//! that is emptied next; a position counts on from lap to lap, and its lowest part is the index of
//! its slot. Who moves `tail` from p to the next position by compare-and-swap, owns the slot of p
//! until it has written the value; the slot's stamp tells the others how far it got:
//!
//! ```text
//!  stamp            the slot                                    next
//!  p                is free for the sender of position p        that sender: p | FILLED
//!  p | FILLED       holds the value of position p               its receiver: p + lap
//! ```
//!
//! # The flag
//!
//! The lowest bit of `tail` says to senders, that of `head` to receivers: [`ASK`] under the lock
//! first. It is set while somebody waits at the other end, so the word that a sender must change
//! anyway tells it, in the same atomic step, that nobody waits. The common design has a counter of
//! waiters besides, which is read after each push; between the two a full memory barrier is needed,
//! or both sides can miss each other: the sender does not see the waiter, who does not see the
//! value. Here there is nothing in between.
//!
//! Who is going to wait sets the flag (under the lock), and from the answer of that step knows
//! `tail` as it is and, until the flag is taken away, stays: if the ring is empty then, it is empty
//! when the sender comes to the lock.
//!
//! A ring without slots is always full and always empty, and has the flags nevertheless: a sender that
//! only tries, or a select, sees without the lock that nobody waits to receive.
//!
//! # Soundness
//!
//! A slot's value is written only by who moved `tail` over its position, after it has seen the stamp
//! that says free, and before it stores the one that says filled (Release); it is read, once, by
//! who moved `head`, after it has seen that stamp (Acquire). `exchange` and `drop` say why they may.

#![allow(unsafe_code)]

use std::mem::MaybeUninit;

use crate::backoff::{Snooze, pause};
use crate::sync::UnsafeCell;
use crate::sync::atomic::{AtomicUsize, Ordering};

/// In `head` and `tail`: take the lock first. In a stamp the same bit is [`FILLED`].
const ASK: usize = 1;
const FILLED: usize = 1;
/// From one position to the next.
const STEP: usize = 2;

pub(crate) struct Ring<T> {
    /// Position of the next push, and `ASK`.
    tail: OwnLine<AtomicUsize>,
    /// Position of the next pop, and `ASK`.
    head: OwnLine<AtomicUsize>,
    slots: Box<[Slot<T>]>,
    /// From a position to that of the same slot one lap later: a power of two.
    lap: usize,
}

struct Slot<T> {
    stamp: AtomicUsize,
    value: UnsafeCell<MaybeUninit<T>>,
}

/// Keeps what different cores write on different cache lines. Processors fetch lines of 64 bytes,
/// and some of them two at a time.
#[repr(align(128))]
pub(crate) struct OwnLine<T>(pub(crate) T);

/// What came of a push.
pub(crate) enum Push<T> {
    Done,
    Full(T),
    /// Nothing was tried: take the lock.
    Ask(T),
}

/// What came of a pop.
pub(crate) enum Pop<T> {
    Value(T),
    Empty,
    /// Nothing was tried, or the ring is empty and there is more to know: take the lock.
    Ask,
}

// SAFETY: values go from thread to thread, each is reached by one at a time: see the module.
unsafe impl<T: Send> Sync for Ring<T> {}

impl<T> Ring<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        let slots = (0..capacity).map(|index| Slot {
            stamp: AtomicUsize::new(index * STEP),
            value: UnsafeCell::new(MaybeUninit::uninit()),
        });
        Self {
            tail: OwnLine(AtomicUsize::new(0)),
            head: OwnLine(AtomicUsize::new(0)),
            slots: slots.collect(),
            lap: capacity.next_power_of_two() * STEP,
        }
    }

    pub(crate) fn capacity(&self) -> usize {
        self.slots.len()
    }

    #[inline]
    pub(crate) fn push(&self, value: T) -> Push<T> {
        let mut snooze = Snooze::new();
        let mut tail = self.tail.0.load(Ordering::Relaxed);
        loop {
            if tail & ASK != 0 {
                return Push::Ask(value);
            }
            let Some(slot) = self.slots.get(self.index(tail)) else {
                return Push::Full(value);
            };
            let next = self.next(tail);
            if slot.stamp.load(Ordering::Acquire) == tail {
                match advance(&self.tail.0, tail, next) {
                    Ok(_) => {
                        // SAFETY: this thread moved `tail` over a free slot.
                        unsafe { slot.fill(value, tail) };
                        return Push::Done;
                    }
                    Err(newer) => tail = newer,
                }
                continue;
            }
            let head = self.head.0.load(Ordering::Acquire);
            if position(head).wrapping_add(self.lap) == tail {
                return Push::Full(value);
            }
            // A receiver is about to leave the slot, or `tail` is outdated.
            snooze.snooze();
            tail = self.tail.0.load(Ordering::Relaxed);
        }
    }

    #[inline]
    pub(crate) fn pop(&self) -> Pop<T> {
        let mut snooze = Snooze::new();
        let mut head = self.head.0.load(Ordering::Relaxed);
        loop {
            if head & ASK != 0 {
                return Pop::Ask;
            }
            let next = self.next(head);
            if let Some(slot) = self.slots.get(self.index(head))
                && slot.stamp.load(Ordering::Acquire) == head | FILLED
            {
                match advance(&self.head.0, head, next) {
                    // SAFETY: this thread moved `head` over a filled slot.
                    Ok(_) => return Pop::Value(unsafe { slot.empty(head + self.lap) }),
                    Err(newer) => head = newer,
                }
                continue;
            }
            let tail = self.tail.0.load(Ordering::Acquire);
            if position(tail) == head {
                return if tail & ASK == 0 {
                    Pop::Empty
                } else {
                    Pop::Ask
                };
            }
            // A sender is about to fill the slot, or `head` is outdated.
            snooze.snooze();
            head = self.head.0.load(Ordering::Relaxed);
        }
    }

    fn next(&self, at: usize) -> usize {
        if self.index(at) + 1 < self.slots.len() {
            at.wrapping_add(STEP)
        } else {
            (at & !(self.lap - 1)).wrapping_add(self.lap)
        }
    }

    fn index(&self, at: usize) -> usize {
        (at & (self.lap - 1)) / STEP
    }

    fn slot(&self, at: usize) -> &Slot<T> {
        &self.slots[self.index(at)]
    }
}

/// For who holds the channel's lock. Only such change the flags.
impl<T> Ring<T> {
    /// Stops the senders, and says whether the ring is empty. If it is, it stays so until they are let
    /// go on.
    pub(crate) fn stop_senders_if_empty(&self) -> bool {
        let tail = self.tail.0.fetch_or(ASK, Ordering::AcqRel);
        position(tail) == position(self.head.0.load(Ordering::Acquire))
    }

    /// Stops the receivers, and says whether the ring is full. If it is, it stays so until they are
    /// let go on.
    pub(crate) fn stop_receivers_if_full(&self) -> bool {
        let head = self.head.0.fetch_or(ASK, Ordering::AcqRel);
        let tail = self.tail.0.load(Ordering::Acquire);
        position(head).wrapping_add(self.lap) == position(tail)
    }

    /// Stops the senders or lets them go on.
    #[inline]
    pub(crate) fn stop_senders(&self, stop: bool) {
        self.set_flag(&self.tail.0, stop);
    }

    /// Stops the receivers or lets them go on.
    #[inline]
    pub(crate) fn stop_receivers(&self, stop: bool) {
        self.set_flag(&self.head.0, stop);
    }

    /// Only who holds the lock changes flags, so what it reads of them is not outdated.
    #[inline]
    fn set_flag(&self, end: &AtomicUsize, set: bool) {
        let is_set = end.load(Ordering::Relaxed) & ASK != 0;
        if set == is_set {
            return;
        }
        if self.slots.is_empty() {
            // Nobody moves the ends of no slots, so this is cheaper than an atomic step.
            end.store(if set { ASK } else { 0 }, Ordering::Release);
        } else if set {
            end.fetch_or(ASK, Ordering::AcqRel);
        } else {
            end.fetch_and(!ASK, Ordering::AcqRel);
        }
    }

    /// The oldest value has been written to the end. For a full ring with stopped receivers.
    pub(crate) fn is_head_filled(&self) -> bool {
        let at = position(self.head.0.load(Ordering::Relaxed));
        self.slot(at).stamp.load(Ordering::Acquire) == at | FILLED
    }

    /// Takes the oldest value and puts a new one into the same slot, behind all others, in one step:
    /// no other sender gets between.
    ///
    /// The ring is full, its head is filled, and the receivers are stopped, so nothing else moves:
    /// senders find neither a free slot nor, until the end, both words at new positions.
    pub(crate) fn exchange(&self, value: T) -> T {
        let head = self.head.0.load(Ordering::Relaxed);
        let tail = self.tail.0.load(Ordering::Relaxed);
        let slot = self.slot(head);
        // SAFETY: the slot is filled, and only a holder of the lock can take from it.
        let oldest = unsafe { slot.empty(position(head) | FILLED) };
        // SAFETY: the stamp has not said free, so this is still the only one at the slot.
        unsafe { slot.fill(value, position(tail)) };
        self.tail.0.store(self.next(tail), Ordering::Release);
        let head = self.next(position(head)) | ASK;
        self.head.0.store(head, Ordering::Release);
        oldest
    }

    /// Both ends at one moment.
    pub(crate) fn ends(&self) -> Ends {
        loop {
            let tail = self.tail.0.load(Ordering::Acquire);
            let head = self.head.0.load(Ordering::Acquire);
            if position(self.tail.0.load(Ordering::Acquire)) == position(tail) {
                return Ends { tail, head };
            }
        }
    }

    pub(crate) fn count(&self, ends: Ends) -> usize {
        let (send, receive) = self.indices(ends);
        if ends.is_empty() {
            0
        } else if receive < send {
            send - receive
        } else {
            self.capacity() - receive + send
        }
    }

    /// `sendx` and `recvx`.
    pub(crate) fn indices(&self, ends: Ends) -> (usize, usize) {
        (self.index(ends.tail), self.index(ends.head))
    }
}

/// Where the ring begins and ends.
#[derive(Clone, Copy)]
pub(crate) struct Ends {
    tail: usize,
    head: usize,
}

impl Ends {
    pub(crate) fn is_empty(self) -> bool {
        position(self.head) == position(self.tail)
    }
}

#[inline]
fn advance(end: &AtomicUsize, from: usize, to: usize) -> Result<usize, usize> {
    end.compare_exchange_weak(from, to, Ordering::AcqRel, Ordering::Relaxed)
        .inspect_err(|_| pause(1))
}

fn position(word: usize) -> usize {
    word & !ASK
}

impl<T> Slot<T> {
    /// # Safety
    ///
    /// The slot holds nothing and belongs to this thread.
    unsafe fn fill(&self, value: T, position: usize) {
        // SAFETY: the caller owns the slot.
        self.value
            .with_mut(|slot| unsafe { slot.write(MaybeUninit::new(value)) });
        self.stamp.store(position | FILLED, Ordering::Release);
    }

    /// # Safety
    ///
    /// The slot holds a value and belongs to this thread, until it gets the stamp.
    unsafe fn empty(&self, stamp: usize) -> T {
        // SAFETY: the caller owns the slot, and nobody reads the same value again.
        let value = self.value.with(|slot| unsafe { slot.read() });
        self.stamp.store(stamp, Ordering::Release);
        // SAFETY: the slot held a value.
        unsafe { value.assume_init() }
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        let mut head = position(self.head.0.load(Ordering::Relaxed));
        let tail = position(self.tail.0.load(Ordering::Relaxed));
        while head != tail {
            // SAFETY: who has it for itself finds each slot between head and tail filled.
            drop(unsafe { self.slot(head).empty(head) });
            head = self.next(head);
        }
    }
}
