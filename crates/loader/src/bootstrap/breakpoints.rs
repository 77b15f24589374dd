//! Instructions that stop a process, in place of the first of each function.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;

use nix::unistd::Pid;

/// `int3`
#[cfg(target_arch = "x86_64")]
const STOP: [u8; 1] = [0xcc];
/// `brk #0`
#[cfg(target_arch = "aarch64")]
const STOP: [u8; 4] = 0xd420_0000_u32.to_le_bytes();

type Code = [u8; STOP.len()];

/// Invariant: `replaced` has, for each address with a breakpoint, what was there before.
pub(super) struct Breakpoints {
    memory: File,
    replaced: HashMap<u64, Code>,
}

impl Breakpoints {
    /// None yet. A tracer may write through this file even where the process itself may not.
    pub(super) fn of(process: Pid) -> io::Result<Self> {
        let memory = OpenOptions::new()
            .read(true)
            .write(true)
            .open(format!("/proc/{process}/mem"))?;
        Ok(Breakpoints {
            memory,
            replaced: HashMap::new(),
        })
    }

    pub(super) fn set(&mut self, addresses: &[u64]) -> io::Result<()> {
        for address in addresses {
            let mut code: Code = Default::default();
            self.memory.read_exact_at(&mut code, *address)?;
            self.memory.write_all_at(&STOP, *address)?;
            self.replaced.entry(*address).or_insert(code);
        }
        Ok(())
    }

    pub(super) fn is_set(&self, address: u64) -> bool {
        self.replaced.contains_key(&address)
    }

    pub(super) fn are_set(&self) -> bool {
        !self.replaced.is_empty()
    }

    /// Puts back what was there.
    pub(super) fn lift(&mut self, address: u64) -> io::Result<()> {
        match self.replaced.remove(&address) {
            Some(code) => self.memory.write_all_at(&code, address),
            None => Ok(()),
        }
    }

    pub(super) fn remove_all(&mut self) -> io::Result<()> {
        for (address, code) in self.replaced.drain() {
            self.memory.write_all_at(&code, address)?;
        }
        Ok(())
    }
}
