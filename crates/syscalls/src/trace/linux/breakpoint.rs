//! A breakpoint at a program's `main`.
//!
//! A trap instruction takes the place of the first of `main`. The task stops with `SIGTRAP` when it
//! gets there; the instruction is put back, the task is set back onto it, and it goes on as if nothing
//! had been. Memory is written through `/proc/PID/mem`, which lets a tracer write where the program
//! itself may only execute, and which gives the process a page of its own for it: the file and other
//! processes that run the same program keep theirs.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::FileExt;

use nix::errno::Errno;

use super::{Error, Start, Tracer, alive, ptrace};
use crate::event::Pid;
use crate::symbols;

/// `int3`; the processor stops behind it.
#[cfg(target_arch = "x86_64")]
const TRAP: [u8; 1] = [0xcc];
#[cfg(target_arch = "x86_64")]
const BEHIND: u64 = 1;

/// `brk #0`; the processor stops at it.
#[cfg(target_arch = "aarch64")]
const TRAP: [u8; 4] = 0xd420_0000_u32.to_le_bytes();
#[cfg(target_arch = "aarch64")]
const BEHIND: u64 = 0;

/// A trap in a process's memory. A child gets a copy of it with the memory.
#[derive(Clone, Copy, Debug)]
pub(super) struct Breakpoint {
    address: u64,
    instruction: [u8; TRAP.len()],
}

impl Breakpoint {
    /// Puts a trap at `address`.
    fn plant(pid: Pid, address: u64) -> io::Result<Self> {
        let memory = OpenOptions::new()
            .read(true)
            .write(true)
            .open(format!("/proc/{pid}/mem"))?;
        let mut instruction = [0; TRAP.len()];
        memory.read_exact_at(&mut instruction, address)?;
        memory.write_all_at(&TRAP, address)?;
        Ok(Self {
            address,
            instruction,
        })
    }

    /// Puts a trap at the `main` of a program that has just been executed; `None` when it does not say
    /// where that is.
    fn at_main(pid: Pid) -> io::Result<Option<Self>> {
        let address = symbols::main_address(pid)?;
        address.map(|address| Self::plant(pid, address)).transpose()
    }

    /// Puts the instruction back.
    fn remove(&self, pid: Pid) -> io::Result<()> {
        OpenOptions::new()
            .write(true)
            .open(format!("/proc/{pid}/mem"))?
            .write_all_at(&self.instruction, self.address)
    }

    /// When a task that stopped with `SIGTRAP` did so because of this trap, sets it back to where the
    /// trap is.
    fn was_hit_by(&self, tid: Pid) -> Result<bool, Errno> {
        let mut registers = ptrace::registers(tid)?;
        if registers.instruction() != self.address + BEHIND {
            return Ok(false);
        }
        registers.set_instruction(self.address);
        ptrace::set_registers(tid, &mut registers)?;
        Ok(true)
    }
}

impl Tracer {
    /// A task has executed a program: if that is to be told from its `main` on, the trap is planted.
    /// The program that was spawned must have a `main` then; another that has none is told from its
    /// start.
    pub(super) fn look_for_main(&mut self, tid: Pid) -> Result<(), Error> {
        let Some(task) = self.tasks.get(&tid) else {
            return Ok(());
        };
        let (pid, wanted) = (task.pid, self.options.from_main && !task.hidden);
        let planted = if wanted {
            Breakpoint::at_main(tid)
        } else {
            Ok(None)
        };
        let breakpoint = *planted.as_ref().unwrap_or(&None);
        if let Some(process) = self.processes.get_mut(&pid) {
            process.before_main = breakpoint.is_some();
            process.breakpoint = breakpoint;
        }
        if self.start == Start::Pending {
            planted.map_err(|source| Error::System {
                step: "plant a breakpoint at main",
                source,
            })?;
            let lacks = wanted && breakpoint.is_none();
            self.start = if lacks { Start::NoMain } else { Start::Done };
        }
        Ok(())
    }

    /// Whether a task that stopped with `SIGTRAP` has come to `main`; its process is told from now on.
    pub(super) fn has_come_to_main(&mut self, tid: Pid) -> Result<bool, Error> {
        let Some((pid, breakpoint)) = self.breakpoint_of(tid) else {
            return Ok(false);
        };
        let hit = alive(breakpoint.was_hit_by(tid), "look at a breakpoint")?;
        if hit != Some(true) {
            return Ok(false);
        }
        self.remove_breakpoint(tid);
        if let Some(process) = self.processes.get_mut(&pid) {
            process.before_main = false;
        }
        // Threads that were there before stop at their next call only if they are told to.
        for (other, task) in &self.tasks {
            if *other != tid && task.pid == pid {
                let _ = ptrace::interrupt(*other);
            }
        }
        Ok(true)
    }

    /// Puts back the instruction at `main`, if the trap is there.
    pub(super) fn remove_breakpoint(&mut self, tid: Pid) {
        let Some((pid, breakpoint)) = self.breakpoint_of(tid) else {
            return;
        };
        // It fails when the process has been killed, and then nobody will run into it.
        let _ = breakpoint.remove(tid);
        if let Some(process) = self.processes.get_mut(&pid) {
            process.breakpoint = None;
        }
    }

    fn breakpoint_of(&self, tid: Pid) -> Option<(Pid, Breakpoint)> {
        let pid = self.tasks.get(&tid)?.pid;
        Some((pid, self.processes.get(&pid)?.breakpoint?))
    }
}
