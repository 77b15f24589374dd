//! From proc_pidinfo(3) of libproc.
//!
//! Sound: the structure is plain numbers, for which zeros are a value, and the call is told its size.
#![allow(unsafe_code)]

use std::mem;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use nix::libc;
use nix::unistd::Pid;

/// How long ago a process began; none if it is gone, or has ended and only its parent has not looked.
pub(super) fn age(pid: Pid) -> Option<Duration> {
    // SAFETY: numbers and arrays of numbers only.
    let mut info: libc::proc_bsdinfo = unsafe { mem::zeroed() };
    let size = i32::try_from(mem::size_of_val(&info)).ok()?;
    let room = (&raw mut info).cast();
    // SAFETY: `room` has `size` bytes and lives through the call.
    let filled = unsafe { libc::proc_pidinfo(pid.as_raw(), libc::PROC_PIDTBSDINFO, 0, room, size) };
    if filled != size || info.pbi_status == libc::SZOMB {
        return None;
    }
    let seconds = Duration::from_secs(info.pbi_start_tvsec);
    let began = UNIX_EPOCH + seconds + Duration::from_micros(info.pbi_start_tvusec);
    SystemTime::now().duration_since(began).ok()
}

/// The system does not show the environment of others.
pub(super) fn started_for(_name: &str) -> Vec<Pid> {
    Vec::new()
}
