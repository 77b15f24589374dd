//! The switch alone, without a scheduler: two stacks, and numbers in all registers.

use std::cell::Cell;
use std::ptr;

use super::{Context, prepare, switch};
use crate::green::stack::Stack;

#[cfg_attr(target_arch = "x86_64", path = "x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "aarch64.rs")]
mod arch;

thread_local! {
    static TEST: Cell<Context> = const { Cell::new(Context::NONE) };
    static OTHER: Cell<Context> = const { Cell::new(Context::NONE) };
    static WRONG: Cell<u64> = const { Cell::new(0) };
}

/// Runs `first` on a stack of its own, and calls `body`, which switches to and fro. `first` owns nothing
/// that would have to be dropped when its stack goes.
fn with_other(first: extern "C" fn() -> !, body: impl FnOnce()) {
    let stack = Stack::new(64 << 10).unwrap();
    // SAFETY: the stack is new, and a page is a multiple of 16.
    OTHER.set(unsafe { prepare(stack.top(), first) });
    body();
}

fn to_other() {
    // SAFETY: it is prepared, or it left by `to_test`; this test holds the stack.
    TEST.with(|test| unsafe { switch(test.as_ptr(), OTHER.get()) });
}

fn to_test() {
    // SAFETY: the test left by `to_other`, and waits.
    OTHER.with(|other| unsafe { switch(other.as_ptr(), TEST.get()) });
}

extern "C" fn goes_home_with_numbers() -> ! {
    loop {
        let wrong = OTHER.with(|other| {
            // SAFETY: as for `to_test`.
            unsafe { arch::switch_with_numbers(other.as_ptr(), TEST.get(), 2000) }
        });
        WRONG.set(WRONG.get() | wrong);
    }
}

#[test]
fn registers_survive() {
    with_other(goes_home_with_numbers, || {
        for round in 0..1000 {
            let wrong = TEST.with(|test| {
                // SAFETY: as for `to_other`.
                unsafe { arch::switch_with_numbers(test.as_ptr(), OTHER.get(), 100 * round) }
            });
            assert_eq!(wrong, 0, "bits that differ");
        }
    });
    assert_eq!(WRONG.get(), 0);
}

extern "C" fn goes_home_with_its_rounding() -> ! {
    loop {
        let wrong = OTHER.with(|other| {
            // SAFETY: as for `to_test`.
            unsafe { arch::switch_rounding_towards_zero(other.as_ptr(), TEST.get()) }
        });
        WRONG.set(WRONG.get() | wrong);
    }
}

#[test]
fn each_thread_has_its_own_rounding() {
    with_other(goes_home_with_its_rounding, || {
        for _ in 0..10 {
            to_other();
            assert!(arch::rounds_to_nearest());
        }
    });
    assert_eq!(WRONG.get(), 0);
}

thread_local! {
    static PLACE: Cell<*const u8> = const { Cell::new(ptr::null()) };
    static TRACE: Cell<Option<String>> = const { Cell::new(None) };
}

extern "C" fn looks_around() -> ! {
    let local = 0u8;
    PLACE.set(&raw const local);
    TRACE.set(Some(std::backtrace::Backtrace::force_capture().to_string()));
    to_test();
    unreachable!("the test goes there once")
}

#[test]
fn a_new_stack_is_used_and_a_backtrace_ends_at_its_bottom() {
    with_other(looks_around, to_other);
    let local = 0u8;
    let distance = PLACE.get().addr().abs_diff((&raw const local).addr());
    assert!(distance > 4096, "on this stack");
    let trace = TRACE.take().unwrap();
    let last = trace
        .lines()
        .rfind(|line| !line.trim_start().starts_with("at "));
    let last = last.unwrap();
    assert!(last.contains("start"), "{trace}");
    assert!(!trace.contains("a_new_stack_is_used"), "not ours: {trace}");
}

#[test]
fn the_stack_is_aligned_as_the_abi_wants_it() {
    extern "C" fn first() -> ! {
        #[repr(align(16))]
        struct Aligned([u8; 16]);
        let aligned = std::hint::black_box(Aligned([0; 16]));
        PLACE.set(aligned.0.as_ptr());
        to_test();
        unreachable!("the test goes there once")
    }
    with_other(first, to_other);
    assert_eq!(PLACE.get().addr() % 16, 0);
}
