//! x86-64's part of the tests.

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
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        "mov rbp, rdx",
        "lea rbx, [rdx + 1]",
        "lea r12, [rdx + 2]",
        "lea r13, [rdx + 3]",
        "lea r14, [rdx + 4]",
        "lea r15, [rdx + 5]",
        "push rdx",
        "call {switch}",
        "pop rdx",
        "xor rbp, rdx",
        "mov rax, rbp",
        "lea rcx, [rdx + 1]",
        "xor rbx, rcx",
        "or rax, rbx",
        "lea rcx, [rdx + 2]",
        "xor r12, rcx",
        "or rax, r12",
        "lea rcx, [rdx + 3]",
        "xor r13, rcx",
        "or rax, r13",
        "lea rcx, [rdx + 4]",
        "xor r14, rcx",
        "or rax, r14",
        "lea rcx, [rdx + 5]",
        "xor r15, rcx",
        "or rax, r15",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        switch = sym super::super::arch::switch,
    )
}

/// Sets both units to round towards zero, switches, and returns the bits that were not as set afterwards. The
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
        "sub rsp, 24",
        "stmxcsr [rsp]",
        "fnstcw [rsp + 4]",
        "mov eax, [rsp]",
        "or eax, {sse}",
        "mov [rsp + 8], eax",
        "ldmxcsr [rsp + 8]",
        "movzx eax, word ptr [rsp + 4]",
        "or eax, {x87}",
        "mov [rsp + 12], eax",
        "fldcw [rsp + 12]",
        "call {switch}",
        "stmxcsr [rsp + 16]",
        "fnstcw [rsp + 20]",
        "mov eax, [rsp + 16]",
        "not eax",
        "and eax, {sse}",
        "movzx ecx, word ptr [rsp + 20]",
        "not ecx",
        "and ecx, {x87}",
        "or eax, ecx",
        "ldmxcsr [rsp]",
        "fldcw [rsp + 4]",
        "add rsp, 24",
        "ret",
        sse = const SSE_ROUNDING,
        x87 = const X87_ROUNDING,
        switch = sym super::super::arch::switch,
    )
}

/// Both bits of the rounding mode, in SSE's control word and in the x87's.
const SSE_ROUNDING: u32 = 0x6000;
const X87_ROUNDING: u32 = 0x0c00;

pub(super) fn rounds_to_nearest() -> bool {
    let (mut sse, mut x87) = (0u32, 0u16);
    // SAFETY: both instructions store a word where it has room.
    unsafe { asm!("stmxcsr [{}]", "fnstcw [{}]", in(reg) &raw mut sse, in(reg) &raw mut x87) };
    sse & SSE_ROUNDING == 0 && u32::from(x87) & X87_ROUNDING == 0
}
