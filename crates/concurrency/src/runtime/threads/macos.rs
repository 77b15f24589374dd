//! `proc_pidinfo` with `PROC_PIDTASKINFO`.
//!
//! Sound: the call fills a struct of plain numbers whose size it is told.
#![allow(unsafe_code)]

use std::io;
use std::mem::MaybeUninit;

use nix::libc;

pub(in crate::runtime) fn count() -> io::Result<usize> {
    let mut info = MaybeUninit::<libc::proc_taskinfo>::zeroed();
    let size = size_of::<libc::proc_taskinfo>() as libc::c_int;
    let pid = std::process::id().cast_signed();
    // SAFETY: `info` has room for `size` bytes, and is not used by anybody else.
    let filled = unsafe {
        libc::proc_pidinfo(
            pid,
            libc::PROC_PIDTASKINFO,
            0,
            info.as_mut_ptr().cast(),
            size,
        )
    };
    if filled != size {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: all of it was filled, and zeros would have been valid too.
    let info = unsafe { info.assume_init() };
    Ok(usize::try_from(info.pti_threadnum).unwrap_or(0))
}
