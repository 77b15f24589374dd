//! Functions listed in `.init_array` run before `main`, in the order of the list.
//!
//! The C library calls each address in that section after the dynamic linker has finished and before
//! `main`. C++ constructors of globals and C's `__attribute__((constructor))` are put there by the compiler, and a
//! number in the section's name orders them: the linker sorts. Libraries' lists run before the program's.
//!
//! Go runs `init` functions by itself: runtime first, then packages, each after those that it
//! imports, then `main.main`. Rust has nothing before `main` on purpose: there is no order that is right for
//! everybody, and std is not ready. Statics are computed by the compiler or, with `LazyLock`, on first use.
// To have a function run before main is to promise that it does not need std: these only add to a number.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicU32, Ordering};

/// Each mark adds a decimal digit.
static MARKS: AtomicU32 = AtomicU32::new(0);

fn mark(digit: u32) {
    let marks = MARKS.load(Ordering::Relaxed);
    MARKS.store(marks * 10 + digit, Ordering::Relaxed);
}

extern "C" fn last() {
    mark(3);
}

extern "C" fn second() {
    mark(2);
}

extern "C" fn first() {
    mark(1);
}

// SAFETY: the section is a list of such functions, and this one needs nothing of std.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static LAST: extern "C" fn() = last;

// SAFETY: as above.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array.00200"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static SECOND: extern "C" fn() = second;

// SAFETY: as above.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array.00101"))]
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static FIRST: extern "C" fn() = first;

fn main() {
    let before = MARKS.load(Ordering::Relaxed);
    mark(4);
    let all = MARKS.load(Ordering::Relaxed);
    println!("before main: {before}, with main: {all}");
    let mut digits: Vec<u32> = all
        .to_string()
        .chars()
        .filter_map(|c| c.to_digit(10))
        .collect();
    assert_eq!(digits.last(), Some(&4), "main comes last");
    if cfg!(target_os = "linux") {
        assert_eq!(
            digits,
            [1, 2, 3, 4],
            "sorted by the number in the section's name"
        );
    }
    // Mach-O has no such numbers: the order is that of the object file.
    digits.sort_unstable();
    assert_eq!(digits, [1, 2, 3, 4], "each ran once");
}
