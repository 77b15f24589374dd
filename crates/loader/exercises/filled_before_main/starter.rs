//! Has a function called before `main`, by whoever starts the program.
//!
//! `TABLE` is to hold squares when `main` begins: `fill` has been called once, and nobody in the
//! program calls it. The start-up code calls each function whose address stands in a certain section of
//! the file: `.init_array` on Linux, `__DATA,__mod_init_func` on macOS. `ENTRY` below is such an
//! address, but it stands among the other constants.
//!
//! Checked: the table when `main` begins, and how often it was filled.
//!
//! Lesson: loader/init-order

use std::sync::atomic::{AtomicU32, Ordering};

/// The squares of 0 to 15.
pub static TABLE: [AtomicU32; 16] = [const { AtomicU32::new(0) }; 16];

/// How often it was filled.
pub static FILLED: AtomicU32 = AtomicU32::new(0);

#[used]
static ENTRY: extern "C" fn() = fill;

/// Uses nothing of std that would have to be ready: only atomics.
extern "C" fn fill() {
    for (number, place) in (0..).zip(&TABLE) {
        place.store(number * number, Ordering::Relaxed);
    }
    FILLED.fetch_add(1, Ordering::Relaxed);
}
