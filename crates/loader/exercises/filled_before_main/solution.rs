//! The linker puts all pieces of a section together, and so makes one array of the addresses that any
//! object file has put there; the C library walks along it before `main`. `#[used]` keeps the compiler
//! from dropping a static that nobody reads. (For a table, `const` or `LazyLock` is nearly always
//! better.)

// A section of the start-up code is a promise about what stands in it.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU32, Ordering};

/// The squares of 0 to 15.
pub static TABLE: [AtomicU32; 16] = [const { AtomicU32::new(0) }; 16];

/// How often it was filled.
pub static FILLED: AtomicU32 = AtomicU32::new(0);

// SAFETY: the section is an array of addresses of such functions, and this one uses atomics only.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
// SAFETY: as above, under its name in Mach-O.
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static ENTRY: extern "C" fn() = fill;

/// Uses nothing of std that would have to be ready: only atomics.
extern "C" fn fill() {
    for (number, place) in (0..).zip(&TABLE) {
        place.store(number * number, Ordering::Relaxed);
    }
    FILLED.fetch_add(1, Ordering::Relaxed);
}
