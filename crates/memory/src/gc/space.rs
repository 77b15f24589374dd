//! The objects' memory: slots of one size, a bit for each that it is allocated, a bit that it is marked.
//!
//! # Invariants
//!
//! - A slot's `allocated` bit is set by whoever claims it. From then on it is the claimer's, who either
//!   writes an object there or gives the claim back. Claims are of whole words of the bitmap, so a mutator
//!   meets others once in 64 objects.
//! - What is marked is allocated; a claim that is made black sets the marks first.
//!
//! Sound: slots are read and dropped only by the `unsafe` functions here, whose callers say why the slot
//! holds an object.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicU64, Ordering};

use super::edge::Index;
use super::prefetch::prefetch;

/// What the collector knows of a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// No object.
    Free,
    /// Not reached yet.
    White,
    /// Reached, and its references not followed yet.
    Grey,
    /// Reached, and so are all that it refers to.
    Black,
}

pub(super) struct Space<T> {
    /// Memory is the kernel's until a slot is first used.
    slots: Box<[MaybeUninit<UnsafeCell<T>>]>,
    allocated: Box<[AtomicU64]>,
    marked: Box<[AtomicU64]>,
}

// SAFETY: slots are shared as `&T` and dropped by any thread; T allows both. Writes go to slots that
// one claimer has.
unsafe impl<T: Send + Sync> Sync for Space<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for Space<T> {}

/// Slots of one word of the bitmap.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Claim {
    word: usize,
    bits: u64,
}

impl Claim {
    /// Takes one slot.
    pub(super) fn next(&mut self) -> Option<Index> {
        if self.bits == 0 {
            return None;
        }
        let bit = self.bits.trailing_zeros();
        self.bits &= self.bits - 1;
        Some((self.word * 64) as Index + bit)
    }

    pub(super) fn len(&self) -> usize {
        self.bits.count_ones() as usize
    }

    pub(super) fn has(&self, index: Index) -> bool {
        index as usize / 64 == self.word && self.bits >> (index % 64) & 1 == 1
    }
}

impl<T> Space<T> {
    /// Room for `capacity` objects, rounded up to a multiple of 64.
    pub(super) fn new(capacity: usize) -> Self {
        let words = capacity.div_ceil(64);
        let bitmap = || (0..words).map(|_| AtomicU64::new(0)).collect();
        Space {
            slots: Box::new_uninit_slice(words * 64),
            allocated: bitmap(),
            marked: bitmap(),
        }
    }

    pub(super) fn capacity(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn words(&self) -> usize {
        self.allocated.len()
    }

    /// Takes all free slots of a word. In black, they are marked before they are allocated: the
    /// sweeper reads the two in the other order, and so takes none of them for garbage.
    pub(super) fn claim(&self, word: usize, black: bool) -> Claim {
        let free = !self.allocated[word].load(Ordering::Relaxed);
        if free == 0 {
            return Claim::default();
        }
        if black {
            self.marked[word].fetch_or(free, Ordering::Relaxed);
        }
        let before = self.allocated[word].fetch_or(free, Ordering::AcqRel);
        Claim {
            word,
            bits: free & !before,
        }
    }

    /// Gives back what is left of a claim.
    pub(super) fn give_back(&self, claim: &mut Claim) -> usize {
        self.allocated[claim.word].fetch_and(!claim.bits, Ordering::AcqRel);
        let count = claim.len();
        claim.bits = 0;
        count
    }

    /// Puts an object into a slot that the caller took of a claim.
    pub(super) fn write(&self, index: Index, object: T) {
        let slot = UnsafeCell::raw_get(self.slots[index as usize].as_ptr());
        // SAFETY: the slot is in bounds, and no one else's: one claim had it, and gave it once.
        unsafe { slot.write(object) };
    }

    /// # Safety
    ///
    /// The slot holds an object, which is not dropped for as long as the reference is used.
    #[inline]
    pub(super) unsafe fn get(&self, index: Index) -> &T {
        let slot = UnsafeCell::raw_get(self.slots[index as usize].as_ptr());
        // SAFETY: as the caller promises.
        unsafe { &*slot }
    }

    /// Whether the place is within the object in this slot.
    #[inline]
    pub(super) fn holds<U>(&self, index: Index, place: *const U) -> bool {
        let slot = self.slots[index as usize].as_ptr().addr();
        let inside = place.addr().wrapping_sub(slot);
        inside < size_of::<T>()
    }

    #[inline]
    pub(super) fn prefetch(&self, index: Index) {
        prefetch(self.slots[index as usize].as_ptr());
    }

    /// Sets the mark, and says whether it was clear.
    #[inline]
    pub(super) fn mark(&self, index: Index) -> bool {
        let (word, bit) = (&self.marked[index as usize / 64], 1 << (index % 64));
        word.load(Ordering::Relaxed) & bit == 0 && word.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }

    pub(super) fn is_marked(&self, index: Index) -> bool {
        self.marked[index as usize / 64].load(Ordering::Relaxed) >> (index % 64) & 1 == 1
    }

    pub(super) fn is_allocated(&self, index: Index) -> bool {
        self.allocated[index as usize / 64].load(Ordering::Acquire) >> (index % 64) & 1 == 1
    }

    pub(super) fn clear_marks(&self) {
        for word in &self.marked {
            word.store(0, Ordering::Relaxed);
        }
    }

    /// Drops the objects of a word that are not marked, and says how many. The allocated bits are read
    /// first: see [`claim`](Self::claim).
    ///
    /// # Safety
    ///
    /// Marking is finished: what is allocated and not marked is an object that nobody can reach.
    pub(super) unsafe fn sweep(&self, word: usize) -> usize {
        let allocated = self.allocated[word].load(Ordering::Acquire);
        let dead = allocated & !self.marked[word].load(Ordering::Relaxed);
        if dead == 0 {
            return 0;
        }
        let _free = Free(&self.allocated[word], dead);
        if std::mem::needs_drop::<T>() {
            let mut claim = Claim { word, bits: dead };
            while let Some(index) = claim.next() {
                let slot = UnsafeCell::raw_get(self.slots[index as usize].as_ptr());
                // SAFETY: as the caller promises; its bit is cleared whatever happens, so it is dropped
                // once.
                unsafe { slot.drop_in_place() };
            }
        }
        dead.count_ones() as usize
    }
}

/// Clears bits at its end, even when an object's destructor panics: no object is dropped twice.
struct Free<'a>(&'a AtomicU64, u64);

impl Drop for Free<'_> {
    fn drop(&mut self) {
        self.0.fetch_and(!self.1, Ordering::AcqRel);
    }
}

impl<T> Drop for Space<T> {
    /// No mutator is left, so no claim is open, and everything allocated is an object.
    fn drop(&mut self) {
        self.clear_marks();
        for word in 0..self.words() {
            // SAFETY: nobody is left who could reach an object.
            unsafe { self.sweep(word) };
        }
    }
}
