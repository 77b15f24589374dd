//! Joins many pieces in one block of memory of just the right size.
//!
//! `join` returns the bytes of all `pieces`, one behind the other. It allocates once, and no more than
//! the result needs.
//!
//! The vector below grows while it is filled: each time it is full its block is doubled, and a big one
//! is moved by the kernel.
//!
//! Checked: the bytes and the capacity; on Linux that no block is resized.
//!
//! Lesson: memory/capacity-hint

/// All pieces, one behind the other.
pub fn join(pieces: &[&[u8]]) -> Vec<u8> {
    let mut joined = Vec::new();
    for piece in pieces {
        joined.extend_from_slice(piece);
    }
    joined.shrink_to_fit();
    joined
}
