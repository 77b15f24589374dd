//! x86-64: number in `rax`, arguments in `rdi`, `rsi`, `rdx`, `r10`, `r8`, `r9`.

use std::arch::asm;

/// Calls the kernel and returns what it left in the result register; [`result`](super::result) says
/// what that means.
///
/// The convention is in
/// [`syscall(2)`](https://man7.org/linux/man-pages/man2/syscall.2.html), "Architecture calling
/// conventions". It is the convention of C functions but for the fourth argument: there that is
/// `rcx`, and the `syscall` instruction needs `rcx` for itself. It has no stack to put things on
/// (the kernel's is not there yet, the program's may be anything), so it saves the program's next
/// address in `rcx` and its flags in `r11`. What these two held is lost; all other registers come
/// back as they were.
///
/// # Safety
///
/// Whatever the call with this number does with these arguments must be sound: addresses must be
/// valid for what the kernel reads and writes there, descriptors must be the caller's to use or
/// close, memory must not be unmapped under somebody's feet. A call that returns twice in one
/// address space (`vfork`) cannot be made this way at all.
pub unsafe fn syscall(number: usize, arguments: [usize; 6]) -> isize {
    let [first, second, third, fourth, fifth, sixth] = arguments;
    let returned;
    // SAFETY: the instruction leaves everything as it was but the three registers named as outputs
    // and what the call itself changes in memory, which the compiler may therefore not assume to
    // know (no `nomem`); for that the caller answers. Nothing is pushed to the stack.
    unsafe {
        asm!(
            "syscall",
            inlateout("rax") number as isize => returned,
            in("rdi") first,
            in("rsi") second,
            in("rdx") third,
            in("r10") fourth,
            in("r8") fifth,
            in("r9") sixth,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    returned
}
