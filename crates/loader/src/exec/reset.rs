//! What the old program has told the kernel about itself is taken back.
//!
//! Sound: each call changes what the kernel notes about this thread and gets pointers to values on
//! this stack, or none. That a note is missing afterwards matters only to the program that ends.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::fs::File;
use std::io::{self, Read};
use std::mem::zeroed;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl;

/// As `execve(2)` does it: handlers become the default, ignored signals stay ignored; the alternate
/// signal stack and the addresses for exiting threads are forgotten. SIGPIPE, which Rust's runtime
/// ignores, becomes the default.
pub(super) fn reset() -> io::Result<()> {
    for signal in 1..=libc::SIGRTMAX() {
        reset_signal(signal)?;
    }
    forget_signal_stack()?;
    forget_thread();
    Ok(())
}

fn reset_signal(signal: libc::c_int) -> io::Result<()> {
    // SAFETY: all zeros is a valid value: the default action, without flags.
    let default: libc::sigaction = unsafe { zeroed() };
    let mut current = default;
    // SAFETY: it is told to change nothing, and writes what is there into `current`.
    if unsafe { libc::sigaction(signal, ptr::null(), &raw mut current) } != 0 {
        // The C library keeps two real-time signals to itself and has no handlers for them yet.
        return Ok(());
    }
    let handler = current.sa_sigaction;
    let kept = handler == libc::SIG_DFL || handler == libc::SIG_IGN && signal != libc::SIGPIPE;
    if kept {
        return Ok(());
    }
    // SAFETY: the default action runs no code of ours.
    let outcome = unsafe { libc::sigaction(signal, &raw const default, ptr::null_mut()) };
    Errno::result(outcome).map(drop).map_err(Into::into)
}

fn forget_signal_stack() -> io::Result<()> {
    let none = libc::stack_t {
        ss_sp: ptr::null_mut(),
        ss_flags: libc::SS_DISABLE,
        ss_size: 0,
    };
    // SAFETY: no handler is left that would run there.
    let outcome = unsafe { libc::sigaltstack(&raw const none, ptr::null_mut()) };
    Errno::result(outcome).map(drop).map_err(Into::into)
}

/// The kernel writes into memory of ours when the thread ends (`set_tid_address(2)`,
/// `set_robust_list(2)`) and when it is interrupted (`rseq(2)`), unless told otherwise. The next C
/// library gives addresses of its own, but the next program need not have one.
fn forget_thread() {
    // SAFETY: a null address means that there is nothing to write.
    unsafe { libc::syscall(libc::SYS_set_tid_address, ptr::null::<u8>()) };
    let size = 3 * size_of::<usize>();
    // SAFETY: a null list is no list.
    unsafe { libc::syscall(libc::SYS_set_robust_list, ptr::null::<u8>(), size) };
    if let Some(area) = rseq_area() {
        // SAFETY: it takes back what the C library registered, and fails when that is not there.
        unsafe {
            libc::syscall(
                libc::SYS_rseq,
                area,
                RSEQ_SIZE,
                RSEQ_UNREGISTER,
                RSEQ_SIGNATURE,
            )
        };
    }
}

const RSEQ_SIZE: u32 = 32;
const RSEQ_UNREGISTER: i32 = 1;
#[cfg(target_arch = "x86_64")]
const RSEQ_SIGNATURE: u32 = 0x5305_3053;
#[cfg(target_arch = "aarch64")]
const RSEQ_SIGNATURE: u32 = 0xd428_bc00;

/// Where the C library has its area for restartable sequences: glibc since 2.35 says how far from
/// the thread pointer. Other C libraries register none.
fn rseq_area() -> Option<usize> {
    let name = c"__rseq_offset".as_ptr();
    // SAFETY: the name is a C string.
    let offset = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name) }.cast::<isize>();
    if offset.is_null() {
        return None;
    }
    // SAFETY: the C library has a ptrdiff_t of this name, which never changes after its start.
    let offset = unsafe { offset.read() };
    Some(thread_pointer().wrapping_add_signed(offset))
}

fn thread_pointer() -> usize {
    let pointer: usize;
    #[cfg(target_arch = "x86_64")]
    // SAFETY: the first word of thread-local storage is its own address, by the ABI.
    unsafe {
        std::arch::asm!("mov {}, fs:[0]", out(reg) pointer, options(nostack, readonly));
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: every program may read this register.
    unsafe {
        std::arch::asm!("mrs {}, tpidr_el0", out(reg) pointer, options(nostack, nomem));
    }
    pointer
}

/// What `ps` and `/proc/PID/comm` call this process: the last part of the path, as after `execve`.
pub(super) fn name_process(path: &Path) {
    let name = path.file_name().unwrap_or_default();
    if let Ok(name) = CString::new(name.as_bytes()) {
        // The name is for people only; a system without it is no reason to stop.
        let _ = prctl::set_name(&name);
    }
}

/// From the kernel's generator.
pub(super) fn random_bytes() -> io::Result<[u8; 16]> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
