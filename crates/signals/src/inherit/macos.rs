//! Threads are counted by proc_pidinfo(3). Its module's argument for soundness: the structure is plain
//! numbers, for which zeros are a value, and the call is told its size.

use std::mem;

use nix::libc;

/// False too if nobody can tell.
pub(super) fn has_one_thread() -> bool {
    // SAFETY: numbers only.
    let mut info: libc::proc_taskinfo = unsafe { mem::zeroed() };
    let size = i32::try_from(mem::size_of_val(&info)).unwrap_or(0);
    let room = (&raw mut info).cast();
    let pid = std::process::id().cast_signed();
    // SAFETY: `room` has `size` bytes and lives through the call.
    let filled = unsafe { libc::proc_pidinfo(pid, libc::PROC_PIDTASKINFO, 0, room, size) };
    filled == size && info.pti_threadnum == 1
}
