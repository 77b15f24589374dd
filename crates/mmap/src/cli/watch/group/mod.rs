//! A command and all that it starts, as one thing to end.
//!
//! The command is the leader of a process group of its own, and what it starts belongs to the group
//! too. The group's number is the leader's process id, and the kernel gives no id away that a process
//! or a group still has. So the number is ours for as long as the leader is not reaped or any of the
//! group is alive: the thread that waits for the leader leaves it unreaped (`WNOWAIT`).
//!
//! # Soundness
//!
//! Between `fork` and `execve` the child calls `pthread_sigmask` and nothing else: no lock, no
//! memory. `waitid` gets a pointer to a value that lives on the waiting thread's stack.
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as platform;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as platform;

use std::ffi::OsString;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::libc;
use nix::sys::signal::{SigSet, Signal, killpg};
use nix::unistd::Pid;

/// How often a group that is ending is asked whether it has ended: nothing tells when the last
/// process of a group goes.
const LOOK: Duration = Duration::from_millis(2);

/// Who has been killed does nothing more. Past this time it is only not reaped, by somebody else.
const REAPING: Duration = Duration::from_secs(1);

/// A group whose leader has not been reaped.
pub(super) struct Group {
    leader: Child,
}

impl Group {
    /// Starts `command`; `ended` is called, on a thread, when its leader has ended.
    pub(super) fn start(
        command: &[OsString],
        ended: impl FnOnce() + Send + 'static,
    ) -> io::Result<Group> {
        let mut process = Command::new(&command[0]);
        process
            .args(&command[1..])
            .stdin(Stdio::null())
            .process_group(0);
        // We have signals blocked, and a mask is inherited.
        let unblock = || SigSet::empty().thread_set_mask().map_err(io::Error::from);
        // SAFETY: setting the signal mask is allowed between fork and execve.
        unsafe { process.pre_exec(unblock) };
        platform::adopt_orphans();
        let leader = process.spawn()?;
        let id = leader.id();
        thread::spawn(move || {
            wait_unreaped(id);
            ended();
        });
        Ok(Group { leader })
    }

    /// Sends `signal` to all of the group.
    pub(super) fn signal(&self, signal: Signal) {
        // Fails when none is left that could get it, which is as good.
        let _ = killpg(self.number(), signal);
    }

    /// Whether the leader has ended; if so it stays unreaped.
    pub(super) fn status(&self) -> Option<ExitStatus> {
        peek(self.leader.id(), libc::WNOHANG)
    }

    /// Reaps the leader, which has ended, and waits until all others have, or kills them at
    /// `deadline`.
    pub(super) fn finish(mut self, deadline: Instant) -> io::Result<ExitStatus> {
        let group = self.number();
        let status = self.leader.wait()?;
        loop {
            platform::reap(group);
            let now = Instant::now();
            let is_empty = killpg(group, None::<Signal>) == Err(Errno::ESRCH);
            if is_empty || now > deadline + REAPING {
                return Ok(status);
            }
            if now >= deadline {
                let _ = killpg(group, Signal::SIGKILL);
            }
            thread::sleep(LOOK);
        }
    }

    fn number(&self) -> Pid {
        Pid::from_raw(self.leader.id() as i32)
    }
}

fn wait_unreaped(id: u32) {
    peek(id, 0);
}

/// `waitid(2)`, and the process is left as it was.
fn peek(id: u32, flags: libc::c_int) -> Option<ExitStatus> {
    // SAFETY: a siginfo_t is plain numbers, for which zero is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    let flags = libc::WEXITED | libc::WNOWAIT | flags;
    loop {
        // SAFETY: `info` is a siginfo_t of ours that outlives the call.
        match unsafe { libc::waitid(libc::P_PID, id, &mut info, flags) } {
            0 => return status_of(&info),
            _ if Errno::last() == Errno::EINTR => {}
            _ => return None,
        }
    }
}

fn status_of(info: &libc::siginfo_t) -> Option<ExitStatus> {
    if info.si_signo == 0 {
        return None;
    }
    // SAFETY: for SIGCHLD, which waitid fills in, the field is there.
    let status = unsafe { info.si_status() };
    // As wait(2) has them: the exit status above, or the number of the signal below.
    Some(ExitStatus::from_raw(match info.si_code {
        libc::CLD_EXITED => status << 8,
        _ => status,
    }))
}
