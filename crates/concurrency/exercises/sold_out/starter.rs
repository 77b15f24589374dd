//! Sells tickets from many threads, and never one more than there are.
//!
//! `buy` takes one ticket from `left` and returns true, or returns false when there is none. It may be
//! called by any number of threads at once, and takes no lock.
//!
//! Below, somebody else may buy between the look and the subtraction; the number then goes below zero,
//! which for a `u32` is four thousand million.
//!
//! Checked by a model checker (loom): it runs two buyers in *every* order that there can be.
//! Its atomics are std's by another name.
//!
//! Lesson: concurrency/atomics

use loom::sync::atomic::{AtomicU32, Ordering};

/// Takes a ticket, if there is one.
pub fn buy(left: &AtomicU32) -> bool {
    if left.load(Ordering::Relaxed) == 0 {
        return false;
    }
    left.fetch_sub(1, Ordering::Relaxed);
    true
}
