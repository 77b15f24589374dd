//! The parent's end is a signal.
#![allow(unsafe_code)]
// Soundness: between fork and execve the child makes two system calls and allocates nothing.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::{self, Command};

use nix::errno::Errno;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{Pid, getppid};

pub(super) fn end_with_parent(command: &mut Command) {
    let parent = Pid::from_raw(process::id().cast_signed());
    let ask = move || {
        set_pdeathsig(Signal::SIGKILL)?;
        // It may have ended before it was asked for.
        if getppid() == parent {
            Ok(())
        } else {
            Err(io::Error::from(Errno::ESRCH))
        }
    };
    // SAFETY: `ask` does what signal-safety(7) allows, and no more.
    unsafe { command.pre_exec(ask) };
}
