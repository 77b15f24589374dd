//! macOS: a call of libproc.
//!
//! `unsafe` is allowed for that call and for reading what it has filled in: plain numbers, of which
//! any are valid, in a buffer whose length the call is told.
#![allow(unsafe_code)]

use std::io;
use std::mem::MaybeUninit;

use nix::libc::{self, c_int};
use nix::unistd::Pid;

use super::faults::Faults;

pub(super) fn faults_of(pid: Pid) -> io::Result<Faults> {
    let mut info = MaybeUninit::<libc::proc_taskinfo>::zeroed();
    let size = size_of::<libc::proc_taskinfo>() as c_int;
    let buffer = info.as_mut_ptr().cast();
    // SAFETY: the buffer has the size that the call is told.
    let filled =
        unsafe { libc::proc_pidinfo(pid.as_raw(), libc::PROC_PIDTASKINFO, 0, buffer, size) };
    if filled < size {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all of it is filled, and any bytes are valid numbers.
    let info = unsafe { info.assume_init() };
    let count = |number: i32| u64::try_from(number).unwrap_or(0);
    Ok(Faults {
        minor: count(info.pti_faults.saturating_sub(info.pti_pageins)),
        major: count(info.pti_pageins),
    })
}
