//! `futex(2)`, which libc has no function for.
//!
//! Sound: the kernel reads one word and one time during the call, both borrowed here; it keeps no
//! pointer, for the queue only compares addresses.
#![allow(unsafe_code)]

use std::ptr;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use nix::libc;

pub(super) fn wait(word: &AtomicU32, expected: u32, limit: Option<Duration>) {
    let limit = limit.map(|limit| libc::timespec {
        tv_sec: limit.as_secs().try_into().unwrap_or(libc::time_t::MAX),
        tv_nsec: limit.subsec_nanos().into(),
    });
    let limit = limit.as_ref().map_or(ptr::null(), ptr::from_ref);
    // EAGAIN: it had changed; EINTR: a signal; ETIMEDOUT. Each is for the caller to look again.
    // SAFETY: `word` is an aligned word, `limit` null or a timespec; both outlive the call.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAIT | libc::FUTEX_PRIVATE_FLAG,
            expected,
            limit,
        )
    };
}

pub(super) fn wake(word: &AtomicU32, all: bool) {
    let number = if all { i32::MAX } else { 1 };
    // SAFETY: the kernel uses the address as a name only, and reads nothing there.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            word.as_ptr(),
            libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG,
            number,
        )
    };
}
