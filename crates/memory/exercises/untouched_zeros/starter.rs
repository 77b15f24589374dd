//! Makes a big table of zeros that takes no memory until it is used.
//!
//! `zeros` returns a vector of `count` zeros. The kernel gives memory when a page is touched, and what
//! it gives is zeros already: so for a big table nothing needs to be written at all.
//!
//! The loop below writes each byte, and so has each page.
//!
//! Checked: the vector, and how much of it is in memory after it was made, and after a few places were
//! written.
//!
//! Lesson: memory/demand-paging
//!
//! Linux only: /proc/self/smaps tells what is in memory.

/// A vector of `count` zeros.
pub fn zeros(count: usize) -> Vec<u8> {
    (0..count).map(|_| 0).collect()
}
