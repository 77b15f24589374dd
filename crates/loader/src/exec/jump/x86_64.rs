//! x86-64: every register 0, `rsp` at argc, the thread pointer 0.
//!
//! Sound: the stack pointer is set to memory of the new stack, which nothing of Rust uses, and the
//! instructions never come back; what they run after that is another program's matter, as after
//! `execve`.
#![allow(unsafe_code)]

use std::arch::asm;

use nix::libc;

use super::Start;

/// `arch_prctl` sets the address of thread-local storage by this code (`<asm/prctl.h>`).
const ARCH_SET_FS: u64 = 0x1002;

/// `rdx` has to be 0: it is a function that the C library calls at exit. The entry travels through
/// the word below the new stack pointer, so that no register has to hold it.
pub(super) fn to(start: Start) -> ! {
    // SAFETY: `start` is made of a mapped entry and a mapped stack with more than a word of room
    // below; nothing of the old program runs after this, so nothing misses the thread pointer.
    unsafe {
        asm!(
            "mov rsp, {stack}",
            "push {entry}",
            "mov edi, {set_fs}",
            "xor esi, esi",
            "mov eax, {arch_prctl}",
            "syscall",
            "xor eax, eax",
            "xor ebx, ebx",
            "xor ecx, ecx",
            "xor edx, edx",
            "xor esi, esi",
            "xor edi, edi",
            "xor ebp, ebp",
            "xor r8d, r8d",
            "xor r9d, r9d",
            "xor r10d, r10d",
            "xor r11d, r11d",
            "xor r12d, r12d",
            "xor r13d, r13d",
            "xor r14d, r14d",
            "xor r15d, r15d",
            "cld",
            "ret",
            stack = in(reg) start.stack,
            entry = in(reg) start.entry,
            set_fs = const ARCH_SET_FS,
            arch_prctl = const libc::SYS_arch_prctl,
            options(noreturn)
        )
    }
}
