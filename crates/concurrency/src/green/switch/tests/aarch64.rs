//! arm64's part of the tests.

use core::arch::{asm, naked_asm};

use super::Context;

/// Puts `first`, `first + 1` and so on into all registers that a function preserves, switches, and returns
/// the bits that differ afterwards.
///
/// # Safety
///
/// As for `switch`.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn switch_with_numbers(
    _save: *mut Context,
    _to: Context,
    _first: u64,
) -> u64 {
    naked_asm!(
        "sub sp, sp, #176",
        "stp x19, x20, [sp]",
        "stp x21, x22, [sp, #16]",
        "stp x23, x24, [sp, #32]",
        "stp x25, x26, [sp, #48]",
        "stp x27, x28, [sp, #64]",
        "stp x29, x30, [sp, #80]",
        "stp d8, d9, [sp, #96]",
        "stp d10, d11, [sp, #112]",
        "stp d12, d13, [sp, #128]",
        "stp d14, d15, [sp, #144]",
        "str x2, [sp, #160]",
        "add x19, x2, #19",
        "add x20, x2, #20",
        "add x21, x2, #21",
        "add x22, x2, #22",
        "add x23, x2, #23",
        "add x24, x2, #24",
        "add x25, x2, #25",
        "add x26, x2, #26",
        "add x27, x2, #27",
        "add x28, x2, #28",
        "add x29, x2, #29",
        "fmov d8, x19",
        "fmov d9, x20",
        "fmov d10, x21",
        "fmov d11, x22",
        "fmov d12, x23",
        "fmov d13, x24",
        "fmov d14, x25",
        "fmov d15, x26",
        "bl {switch}",
        "ldr x2, [sp, #160]",
        // The floats first, against the registers they were made of.
        "fmov x9, d8",
        "eor x0, x9, x19",
        "fmov x9, d9",
        "eor x9, x9, x20",
        "orr x0, x0, x9",
        "fmov x9, d10",
        "eor x9, x9, x21",
        "orr x0, x0, x9",
        "fmov x9, d11",
        "eor x9, x9, x22",
        "orr x0, x0, x9",
        "fmov x9, d12",
        "eor x9, x9, x23",
        "orr x0, x0, x9",
        "fmov x9, d13",
        "eor x9, x9, x24",
        "orr x0, x0, x9",
        "fmov x9, d14",
        "eor x9, x9, x25",
        "orr x0, x0, x9",
        "fmov x9, d15",
        "eor x9, x9, x26",
        "orr x0, x0, x9",
        "add x9, x2, #19",
        "eor x9, x9, x19",
        "orr x0, x0, x9",
        "add x9, x2, #20",
        "eor x9, x9, x20",
        "orr x0, x0, x9",
        "add x9, x2, #21",
        "eor x9, x9, x21",
        "orr x0, x0, x9",
        "add x9, x2, #22",
        "eor x9, x9, x22",
        "orr x0, x0, x9",
        "add x9, x2, #23",
        "eor x9, x9, x23",
        "orr x0, x0, x9",
        "add x9, x2, #24",
        "eor x9, x9, x24",
        "orr x0, x0, x9",
        "add x9, x2, #25",
        "eor x9, x9, x25",
        "orr x0, x0, x9",
        "add x9, x2, #26",
        "eor x9, x9, x26",
        "orr x0, x0, x9",
        "add x9, x2, #27",
        "eor x9, x9, x27",
        "orr x0, x0, x9",
        "add x9, x2, #28",
        "eor x9, x9, x28",
        "orr x0, x0, x9",
        "add x9, x2, #29",
        "eor x9, x9, x29",
        "orr x0, x0, x9",
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
        "ret",
        switch = sym super::super::arch::switch,
    )
}

/// Sets the rounding towards zero, switches, and returns the bits that were not as set afterwards. The
/// setting of before is back when it returns, as Rust has to find it.
///
/// # Safety
///
/// As for `switch`.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn switch_rounding_towards_zero(
    _save: *mut Context,
    _to: Context,
) -> u64 {
    naked_asm!(
        "sub sp, sp, #16",
        "mrs x9, fpcr",
        "stp x30, x9, [sp]",
        "orr x9, x9, #{rounding}",
        "msr fpcr, x9",
        "bl {switch}",
        "mrs x9, fpcr",
        "mvn x0, x9",
        "and x0, x0, #{rounding}",
        "ldp x30, x9, [sp]",
        "msr fpcr, x9",
        "add sp, sp, #16",
        "ret",
        rounding = const ROUNDING,
        switch = sym super::super::arch::switch,
    )
}

/// Both bits of the rounding mode, in the control register.
const ROUNDING: u64 = 0b11 << 22;

pub(super) fn rounds_to_nearest() -> bool {
    let control: u64;
    // SAFETY: it reads a register.
    unsafe { asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack)) };
    control & ROUNDING == 0
}
