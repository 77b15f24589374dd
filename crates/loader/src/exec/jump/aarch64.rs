//! arm64: every register 0 but `x16`, `sp` at argc, the thread pointer 0.
//!
//! Sound: the stack pointer is set to memory of the new stack, which nothing of Rust uses, and the
//! instructions never come back; what they run after that is another program's matter, as after
//! `execve`.
#![allow(unsafe_code)]

use std::arch::asm;

use super::Start;

/// A branch needs a register. `x16` is the one whose value no function may expect to be kept, and
/// from which a branch to a `bti c` is allowed.
pub(super) fn to(start: Start) -> ! {
    // SAFETY: `start` is made of a mapped entry and a mapped stack; nothing of the old program
    // runs after this, so nothing misses the thread pointer.
    unsafe {
        asm!(
            "mov sp, x17",
            "msr tpidr_el0, xzr",
            "mov x0, xzr",
            "mov x1, xzr",
            "mov x2, xzr",
            "mov x3, xzr",
            "mov x4, xzr",
            "mov x5, xzr",
            "mov x6, xzr",
            "mov x7, xzr",
            "mov x8, xzr",
            "mov x9, xzr",
            "mov x10, xzr",
            "mov x11, xzr",
            "mov x12, xzr",
            "mov x13, xzr",
            "mov x14, xzr",
            "mov x15, xzr",
            "mov x17, xzr",
            "mov x18, xzr",
            "mov x19, xzr",
            "mov x20, xzr",
            "mov x21, xzr",
            "mov x22, xzr",
            "mov x23, xzr",
            "mov x24, xzr",
            "mov x25, xzr",
            "mov x26, xzr",
            "mov x27, xzr",
            "mov x28, xzr",
            "mov x29, xzr",
            "mov x30, xzr",
            "br x16",
            in("x16") start.entry,
            in("x17") start.stack,
            options(noreturn)
        )
    }
}
