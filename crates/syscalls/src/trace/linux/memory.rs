//! The window into a task that the decoder looks through.
#![allow(unsafe_code)]
// Soundness: one call, process_vm_readv, which writes into a slice of ours of the length stated.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use nix::libc;

use super::ptrace;
use crate::decode::Memory;
use crate::event::Pid;

/// The memory and descriptors of one task.
///
/// By the task's number and not its process's: when the first thread of a process has ended, `/proc`
/// shows nothing of it under the process's number.
#[derive(Clone, Copy, Debug)]
pub(super) struct TaskMemory(pub(super) Pid);

impl Memory for TaskMemory {
    fn read(&self, address: u64, buffer: &mut [u8]) -> usize {
        if buffer.is_empty() {
            return 0;
        }
        let here = libc::iovec {
            iov_base: buffer.as_mut_ptr().cast(),
            iov_len: buffer.len(),
        };
        let there = libc::iovec {
            iov_base: std::ptr::without_provenance_mut(address as usize),
            iov_len: buffer.len(),
        };
        // SAFETY: writes at most `buffer.len()` bytes, into `buffer`; `there` is an address in
        // another process, of which the kernel checks every byte.
        let n = unsafe { libc::process_vm_readv(self.0, &here, 1, &there, 1, 0) };
        if n > 0 {
            return n as usize;
        }
        // Where process_vm_readv is missing or forbidden (some containers) the file still works.
        File::open(format!("/proc/{}/mem", self.0))
            .and_then(|file| file.read_at(buffer, address))
            .unwrap_or(0)
    }

    fn descriptor(&self, fd: i32) -> Option<String> {
        let target = fs::read_link(format!("/proc/{}/fd/{fd}", self.0)).ok()?;
        Some(target.to_string_lossy().into_owned())
    }

    fn working_directory(&self) -> Option<String> {
        let target = fs::read_link(format!("/proc/{}/cwd", self.0)).ok()?;
        Some(target.to_string_lossy().into_owned())
    }

    fn stack_pointer(&self) -> Option<u64> {
        let registers = ptrace::registers(self.0).ok()?;
        Some(registers.of_stack().stack)
    }
}

/// The process that a task belongs to, and the process that started that one; `None` when the task is
/// gone.
pub(super) fn family(tid: Pid) -> Option<(Pid, Pid)> {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    Some((number(&status, "Tgid:")?, number(&status, "PPid:")?))
}

/// Whether a task is a thread of a process; costs a tenth of [`family`].
pub(super) fn is_thread(tid: Pid, pid: Pid) -> bool {
    Path::new(&format!("/proc/{pid}/task/{tid}")).exists()
}

/// Who traces a task; 0 for nobody.
pub(super) fn tracer_of(tid: Pid) -> Option<Pid> {
    let status = fs::read_to_string(format!("/proc/{tid}/status")).ok()?;
    number(&status, "TracerPid:")
}

fn number(status: &str, field: &str) -> Option<Pid> {
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().parse().ok()
}
