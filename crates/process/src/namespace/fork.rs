//! A child that runs a function and ends.
//!
//! Sound: `fork` is called with one thread only, which is checked, so that no lock is held in the
//! child by a thread that is not there; and the child ends by `_exit`, so that nothing of the
//! parent's is run or written a second time.
#![allow(unsafe_code)]

use std::fs;
use std::io;

use nix::errno::Errno;
use nix::libc;
use nix::sys::prctl::set_pdeathsig;
use nix::sys::signal::Signal;
use nix::unistd::{ForkResult, Pid, fork, getppid};

use super::{NamespaceError, Step};

/// Runs `child` in a child, which ends with the status that it returns, and is killed if the caller
/// ends before it.
pub(super) fn fork_into(child: impl FnOnce() -> i32) -> Result<Pid, NamespaceError> {
    let threads = fs::read_dir("/proc/self/task").map_err(Step::Fork.failed_io())?;
    if threads.count() != 1 {
        return Err(Step::Fork.failed()(Errno::EBUSY));
    }
    let parent = nix::unistd::getpid();
    // SAFETY: there is one thread, so the child may do all that its parent may.
    match unsafe { fork() }.map_err(Step::Fork.failed())? {
        ForkResult::Parent { child } => Ok(child),
        ForkResult::Child => {
            // Ends the child even if `child` panics.
            let mut end = End { status: 101 };
            end.status = run_until_orphaned(parent, child);
            drop(end);
            unreachable!("the child has ended")
        }
    }
}

fn run_until_orphaned(parent: Pid, child: impl FnOnce() -> i32) -> i32 {
    let armed = set_pdeathsig(Signal::SIGKILL).is_ok();
    // A parent that ended before the request sends nothing. The first of a pid namespace sees 0 in
    // either case; it would live on if its parent were killed in these few instructions.
    let orphan = getppid() != parent && getppid() != Pid::from_raw(0);
    if !armed || orphan { 1 } else { child() }
}

struct End {
    status: i32,
}

impl Drop for End {
    fn drop(&mut self) {
        // SAFETY: ends the process, whose memory nobody else sees.
        unsafe { libc::_exit(self.status) }
    }
}

/// The next child that has ended, with its raw status. `pid` as waitpid(2) has it. Unlike nix's, it
/// knows the real-time signals.
pub(super) fn wait_for(pid: Pid, flags: libc::c_int) -> nix::Result<Option<(Pid, i32)>> {
    let mut status = 0;
    loop {
        // SAFETY: the kernel writes one integer, which is ours.
        let result = unsafe { libc::waitpid(pid.as_raw(), &raw mut status, flags) };
        match Errno::result(result) {
            Ok(0) => return Ok(None),
            Ok(ended) => return Ok(Some((Pid::from_raw(ended), status))),
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}

/// Has the next exec close all but standard input, output and error. An open directory of the host
/// would be a way out of any root.
pub(super) fn close_others_on_exec() -> nix::Result<()> {
    // SAFETY: the flag closes nothing now, it marks what is open.
    let result = unsafe {
        libc::syscall(
            libc::SYS_close_range,
            3,
            libc::c_uint::MAX,
            libc::CLOSE_RANGE_CLOEXEC,
        )
    };
    Errno::result(result).map(drop)
}

/// An ignored SIGCHLD is inherited, and then the kernel keeps no statuses.
pub(super) fn let_children_be_waited_for() -> io::Result<()> {
    // SAFETY: SIG_DFL is no function of ours.
    unsafe { nix::sys::signal::signal(Signal::SIGCHLD, nix::sys::signal::SigHandler::SigDfl) }?;
    Ok(())
}
