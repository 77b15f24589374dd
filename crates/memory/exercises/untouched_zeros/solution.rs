//! `vec![0; n]` does not write zeros: it asks the allocator for zeroed memory (`alloc_zeroed`, which is
//! C's calloc), and for a big block that is a fresh mapping, known to be zeros. `vec![1; n]` has to
//! write, as has every loop.

/// A vector of `count` zeros.
pub fn zeros(count: usize) -> Vec<u8> {
    vec![0; count]
}
