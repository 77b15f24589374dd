//! `__ulock_wait` and `__ulock_wake` of libSystem, on which Apple's own locks stand.
//!
//! They are in no header, and have not changed since macOS 10.12 (xnu's `bsd/sys/ulock.h`);
//! `os_sync_wait_on_address` is their public name, but only since macOS 14.4.
//!
//! Sound: the kernel reads one word during the call and keeps no pointer.
#![allow(unsafe_code)]

use std::sync::atomic::AtomicU32;
use std::time::Duration;

use nix::libc::{c_int, c_void};

const UL_COMPARE_AND_WAIT: u32 = 1;
const ULF_WAKE_ALL: u32 = 0x100;
/// Errors come as negative results, and errno is left alone.
const ULF_NO_ERRNO: u32 = 0x0100_0000;

// SAFETY: the signatures are those of xnu's `bsd/sys/ulock.h`.
unsafe extern "C" {
    fn __ulock_wait(operation: u32, address: *mut c_void, value: u64, microseconds: u32) -> c_int;
    fn __ulock_wake(operation: u32, address: *mut c_void, value: u64) -> c_int;
}

pub(super) fn wait(word: &AtomicU32, expected: u32, limit: Option<Duration>) {
    // 0 is for ever. A limit that is too long for the type is shortened: waking early is allowed.
    let microseconds = limit.map_or(0, |limit| {
        u32::try_from(limit.as_micros()).unwrap_or(u32::MAX).max(1)
    });
    // SAFETY: `word` is an aligned word of 32 bits, which lives through the call.
    unsafe {
        __ulock_wait(
            UL_COMPARE_AND_WAIT | ULF_NO_ERRNO,
            word.as_ptr().cast(),
            expected.into(),
            microseconds,
        )
    };
}

pub(super) fn wake(word: &AtomicU32, all: bool) {
    let all = if all { ULF_WAKE_ALL } else { 0 };
    // SAFETY: the kernel uses the address as a name only, and reads nothing there.
    unsafe {
        __ulock_wake(
            UL_COMPARE_AND_WAIT | ULF_NO_ERRNO | all,
            word.as_ptr().cast(),
            0,
        )
    };
}
