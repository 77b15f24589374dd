//! x86-64, by the System V ABI: `rbx`, `rbp` and `r12` to `r15` are preserved, and the control words of
//! both floating-point units (`mxcsr` for SSE, the x87's own). Arguments come in `rdi` and `rsi`.
//!
//! The lines that begin with `.cfi` go into the unwind tables: how far it is, after each instruction, from
//! the stack pointer to the caller's frame, and what lies between. Both stacks look alike, so what is said of
//! one before the change holds for the other after it.
#![allow(unsafe_code)]

use core::arch::naked_asm;

use super::Context;

/// All exceptions masked, round to nearest: what a program starts with, by the ABI.
const MXCSR: u32 = 0x1f80;
const X87_CONTROL: u16 = 0x037f;

/// # Safety
///
/// As for [`super::switch`].
#[unsafe(naked)]
pub(super) unsafe extern "C" fn switch(_save: *mut Context, _to: Context) {
    naked_asm!(
        ".cfi_startproc",
        // The call has pushed the return address. The rest of what the caller wants to find again:
        "push rbp",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbp, 0",
        "push rbx",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset rbx, 0",
        "push r12",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r12, 0",
        "push r13",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r13, 0",
        "push r14",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r14, 0",
        "push r15",
        ".cfi_adjust_cfa_offset 8",
        ".cfi_rel_offset r15, 0",
        // Two words of four and two bytes share the last one.
        "sub rsp, 8",
        ".cfi_adjust_cfa_offset 8",
        "stmxcsr [rsp]",
        "fnstcw [rsp + 4]",
        // Here one thread stops and the other goes on.
        "mov [rdi], rsp",
        "mov rsp, rsi",
        // What it pushed when it stopped, in the other order.
        "fldcw [rsp + 4]",
        "ldmxcsr [rsp]",
        "add rsp, 8",
        ".cfi_adjust_cfa_offset -8",
        "pop r15",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r15",
        "pop r14",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r14",
        "pop r13",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r13",
        "pop r12",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore r12",
        "pop rbx",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbx",
        "pop rbp",
        ".cfi_adjust_cfa_offset -8",
        ".cfi_restore rbp",
        // To where it called from, or to `start`.
        "ret",
        ".cfi_endproc",
    )
}

/// What `switch` pops, the lowest word first. Its `ret` leaves the stack pointer at the very top, which is a
/// multiple of 16, as the ABI wants it before a `call`.
pub(super) fn first_frame(first: extern "C" fn() -> !) -> [usize; 8] {
    let control = MXCSR as usize | (X87_CONTROL as usize) << 32;
    let (r15, r14, r13, r12) = (0, 0, 0, first as usize);
    let (rbx, rbp) = (0, 0);
    [
        control,
        r15,
        r14,
        r13,
        r12,
        rbx,
        rbp,
        start as *const () as usize,
    ]
}

/// The bottom of every stack: calls the function in `r12`, which does not return.
#[unsafe(naked)]
unsafe extern "C" fn start() {
    naked_asm!(
        ".cfi_startproc",
        ".cfi_undefined rip",
        "call r12",
        "ud2",
        ".cfi_endproc",
    )
}
