//! A function in `.init_array` runs before `main`, called by the loader.
//!
//! Go's `init()` functions run before `main.main`, package after package, by Go's own runtime.
//! C++'s constructors of globals and `__attribute__((constructor))` are addresses in a section of
//! the executable, and the C library's start-up code calls each of them. Rust has nothing of its
//! own ("no life before main"), but can fill the section too. Little is allowed there: std is not
//! promised to work yet. `LazyLock`, which initialises when it is first used, is nearly always the
//! better way.
#![allow(unsafe_code)]

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

static STEP: AtomicU32 = AtomicU32::new(0);
static BEFORE_MAIN: AtomicU32 = AtomicU32::new(0);
static AT_FIRST_USE: LazyLock<u32> = LazyLock::new(|| 1 + STEP.fetch_add(1, Ordering::Relaxed));

// SAFETY: the section is an array of pointers to functions of this type, and this one touches
// nothing but atomics.
#[cfg_attr(target_os = "linux", unsafe(link_section = ".init_array"))]
// SAFETY: as above, under its name in Mach-O.
#[cfg_attr(target_os = "macos", unsafe(link_section = "__DATA,__mod_init_func"))]
#[used]
static INITIALISER: extern "C" fn() = initialise;

extern "C" fn initialise() {
    BEFORE_MAIN.store(1 + STEP.fetch_add(1, Ordering::Relaxed), Ordering::Relaxed);
}

fn main() {
    let in_main = 1 + STEP.fetch_add(1, Ordering::Relaxed);
    let order = [BEFORE_MAIN.load(Ordering::Relaxed), in_main, *AT_FIRST_USE];
    println!(".init_array, main, first use of a LazyLock: {order:?}");
    assert_eq!(order, [1, 2, 3]);
}
