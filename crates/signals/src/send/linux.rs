//! pidfds, and processes as `/proc` lists them.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::Duration;

use nix::errno::Errno;
use nix::libc;
use nix::unistd::Pid;

use super::Message;
use super::find::Candidate;
use crate::ready::first_readable;

#[derive(Debug)]
pub(super) struct Handle(OwnedFd);

impl Handle {
    pub(super) fn open(pid: Pid) -> nix::Result<Self> {
        // SAFETY: two numbers; the flags are none.
        let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid.as_raw(), 0) };
        let fd = Errno::result(fd)?;
        // SAFETY: the kernel has just made this descriptor for us, and nobody else knows it.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd as i32) }))
    }

    pub(super) fn send(&self, _: Pid, message: Message) -> nix::Result<()> {
        let no_info = std::ptr::null::<libc::siginfo_t>();
        // SAFETY: the descriptor is open while `self` lives; without a siginfo_t the kernel makes the one
        // that kill(2) would.
        let result = unsafe {
            libc::syscall(
                libc::SYS_pidfd_send_signal,
                self.0.as_raw_fd(),
                message.number(),
                no_info,
                0,
            )
        };
        Errno::result(result).map(drop)
    }

    pub(super) fn wait_ended(&self, limit: Option<Duration>) -> nix::Result<bool> {
        first_readable(&[self.as_fd()], limit).map(|ready| ready.is_some())
    }
}

impl AsFd for Handle {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

pub(super) fn queue(pid: Pid, signal: crate::signal::Signal, value: i32) -> nix::Result<()> {
    let mut bytes = [0; size_of::<usize>()];
    bytes[..4].copy_from_slice(&value.to_ne_bytes());
    let value = libc::sigval {
        sival_ptr: usize::from_ne_bytes(bytes) as *mut libc::c_void,
    };
    // SAFETY: numbers only; the pointer is a carrier of one and is never followed.
    let result = unsafe { libc::sigqueue(pid.as_raw(), signal.number(), value) };
    Errno::result(result).map(drop)
}

pub(super) fn candidates() -> impl Iterator<Item = Candidate> {
    let entries = fs::read_dir("/proc").into_iter().flatten();
    entries.filter_map(|entry| {
        let pid: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let pid = Pid::from_raw(pid);
        let line = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        Some(Candidate {
            pid,
            name: name(pid)?,
            arguments: split(&line),
        })
    })
}

/// `/proc/PID/comm`, which ends with a newline that is not the name's.
pub(super) fn name(pid: Pid) -> Option<Vec<u8>> {
    let mut name = fs::read(format!("/proc/{pid}/comm")).ok()?;
    name.pop();
    Some(name)
}

/// A NUL ends each argument.
fn split(line: &[u8]) -> Vec<Vec<u8>> {
    let line = line.strip_suffix(&[0]).unwrap_or(line);
    if line.is_empty() {
        return Vec::new();
    }
    line.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect()
}
