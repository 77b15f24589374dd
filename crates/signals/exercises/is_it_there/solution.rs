//! Signal number 0 is sent to nobody: the kernel looks for the process and asks whether it may be told,
//! and that is all. "You may not" (EPERM) is an answer about a process that exists; only ESRCH says
//! that there is none.

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

/// Whether a process has this number.
pub fn is_there(pid: Pid) -> bool {
    kill(pid, None) != Err(Errno::ESRCH)
}
