//! Random numbers for the choice among ready cases: quick ones, not secret ones.

/// A number below `bound`, which is at least 1.
#[cfg(not(any(loom, shuttle)))]
#[inline]
pub(crate) fn below(bound: usize) -> usize {
    use std::cell::Cell;
    use std::hash::{BuildHasher, RandomState};

    thread_local! {
        static STATE: Cell<u64> = Cell::new(RandomState::new().hash_one(0) | 1);
    }
    // Marsaglia's xorshift64; the high half of a product maps it to the range without a division.
    let number = STATE.with(|state| {
        let mut x = state.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        state.set(x);
        x >> 32
    });
    ((number * bound as u64) >> 32) as usize
}

/// A model has to take the same course each time.
#[cfg(loom)]
pub(crate) fn below(_bound: usize) -> usize {
    0
}

/// A failing schedule has to be the same when it is repeated, and the choice belongs to it.
#[cfg(shuttle)]
pub(crate) fn below(bound: usize) -> usize {
    use shuttle::rand::Rng;

    shuttle::rand::thread_rng().gen_range(0..bound)
}
