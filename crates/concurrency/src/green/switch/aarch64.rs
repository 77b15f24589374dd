//! arm64, by the procedure call standard: `x19` to `x28`, the frame pointer `x29`, the lower halves of `v8`
//! to `v15` (called `d8` to `d15`), and the control register of floating-point arithmetic are preserved. The
//! return address is in a register too, `x30`. Arguments come in `x0` and `x1`.
//!
//! The lines that begin with `.cfi` go into the unwind tables: how far it is from the stack pointer to the
//! caller's frame, and what lies between. Both stacks look alike, so what is said of one before the change
//! holds for the other after it.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use super::Context;

/// # Safety
///
/// As for [`super::switch`].
#[unsafe(naked)]
pub(super) unsafe extern "C" fn switch(_save: *mut Context, _to: Context) {
    naked_asm!(
        ".cfi_startproc",
        // Room for 22 words; the stack pointer is a multiple of 16 at all times.
        "sub sp, sp, #176",
        ".cfi_adjust_cfa_offset 176",
        "stp x19, x20, [sp]",
        "stp x21, x22, [sp, #16]",
        "stp x23, x24, [sp, #32]",
        "stp x25, x26, [sp, #48]",
        "stp x27, x28, [sp, #64]",
        "stp x29, x30, [sp, #80]",
        ".cfi_rel_offset x19, 0",
        ".cfi_rel_offset x20, 8",
        ".cfi_rel_offset x21, 16",
        ".cfi_rel_offset x22, 24",
        ".cfi_rel_offset x23, 32",
        ".cfi_rel_offset x24, 40",
        ".cfi_rel_offset x25, 48",
        ".cfi_rel_offset x26, 56",
        ".cfi_rel_offset x27, 64",
        ".cfi_rel_offset x28, 72",
        ".cfi_rel_offset x29, 80",
        ".cfi_rel_offset x30, 88",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "mrs x9, fpcr",
        "str x9, [sp, #160]",
        // Here one thread stops and the other goes on.
        "mov x10, sp",
        "str x10, [x0]",
        "mov sp, x1",
        // To write the control register is slow on some processors, and it is nearly always the same.
        "ldr x10, [sp, #160]",
        "cmp x9, x10",
        "b.eq 2f",
        "msr fpcr, x10",
        "2:",
        "ldp d14, d15, [sp, #144]",
        "ldp d12, d13, [sp, #128]",
        "ldp d10, d11, [sp, #112]",
        "ldp d8, d9, [sp, #96]",
        "ldp x29, x30, [sp, #80]",
        "ldp x27, x28, [sp, #64]",
        "ldp x25, x26, [sp, #48]",
        "ldp x23, x24, [sp, #32]",
        "ldp x21, x22, [sp, #16]",
        "ldp x19, x20, [sp]",
        "add sp, sp, #176",
        ".cfi_adjust_cfa_offset -176",
        ".cfi_restore x19",
        ".cfi_restore x20",
        ".cfi_restore x21",
        ".cfi_restore x22",
        ".cfi_restore x23",
        ".cfi_restore x24",
        ".cfi_restore x25",
        ".cfi_restore x26",
        ".cfi_restore x27",
        ".cfi_restore x28",
        ".cfi_restore x29",
        ".cfi_restore x30",
        // To where it called from, or to `start`.
        "ret",
        ".cfi_endproc",
    )
}

/// What `switch` loads, the lowest word first: `x19` is the first function, `x30` the place to return to.
pub(super) fn first_frame(first: extern "C" fn() -> !) -> [usize; 22] {
    let mut frame = [0; 22];
    frame[0] = first as usize;
    frame[11] = start as *const () as usize;
    frame
}

/// The bottom of every stack: calls the function in `x19`, which does not return.
#[unsafe(naked)]
unsafe extern "C" fn start() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined x30",
        "blr x19",
        "brk #1",
        ".cfi_endproc",
    )
}
