//! A signal says *that* children have ended, not how many: five SIGCHLD at once are one. So each time
//! all are collected, until the kernel says that the rest still run (0) or that there is no rest
//! (ECHILD).

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// All children that have ended: pid and code.
pub fn reap() -> nix::Result<Vec<(Pid, i32)>> {
    let mut ended = Vec::new();
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) => ended.push((pid, code)),
            Ok(WaitStatus::Signaled(pid, signal, _)) => ended.push((pid, 128 + signal as i32)),
            Ok(WaitStatus::StillAlive) | Err(Errno::ECHILD) => return Ok(ended),
            Ok(_) | Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
}
