//! arm64: number in `x8`, arguments in `x0` to `x5`.

use std::arch::asm;

/// Calls the kernel and returns what it left in the result register; [`result`](super::result) says
/// what that means.
///
/// The convention is in
/// [`syscall(2)`](https://man7.org/linux/man-pages/man2/syscall.2.html), "Architecture calling
/// conventions". The arguments are where a C function finds its first six. `svc` is "supervisor
/// call"; it carries a number of its own, which Linux does not look at, hence `#0`. The processor
/// saves the program's next address and its flags in registers of the privileged mode (`ELR_EL1`,
/// `SPSR_EL1`), so the program loses none of its own: `x0` returns the result, and the kernel
/// restores the others.
///
/// # Safety
///
/// Whatever the call with this number does with these arguments must be sound: addresses must be
/// valid for what the kernel reads and writes there, descriptors must be the caller's to use or
/// close, memory must not be unmapped under somebody's feet. A call that returns twice in one
/// address space (`clone` with `CLONE_VFORK|CLONE_VM`) cannot be made this way at all.
pub unsafe fn syscall(number: usize, arguments: [usize; 6]) -> isize {
    let [first, second, third, fourth, fifth, sixth] = arguments;
    let returned;
    // SAFETY: the instruction leaves everything as it was but `x0` and what the call itself changes
    // in memory, which the compiler may therefore not assume to know (no `nomem`); for that the
    // caller answers. Nothing is pushed to the stack.
    unsafe {
        asm!(
            "svc #0",
            in("x8") number,
            inlateout("x0") first as isize => returned,
            in("x1") second,
            in("x2") third,
            in("x3") fourth,
            in("x4") fifth,
            in("x5") sixth,
            options(nostack),
        );
    }
    returned
}
