//! The memory of another process, read in pages.

use std::io::IoSliceMut;

use nix::sys::uio::{RemoteIoVec, process_vm_readv};
use nix::unistd;

use crate::event::Pid;

/// How much is read at once. A stack is read word by word at ascending addresses, and a call of the
/// kernel for each word would cost more than all else.
const PAGE: usize = 4096;

/// A process's memory as it is now: what was read once is not read again.
pub(super) struct Memory {
    pid: Pid,
    pages: Vec<(u64, Vec<u8>)>,
}

impl Memory {
    pub(super) fn of(pid: Pid) -> Self {
        Self {
            pid,
            pages: Vec::new(),
        }
    }

    /// The eight bytes at `address`; `None` when they are not the process's to read.
    pub(super) fn word(&mut self, address: u64) -> Option<u64> {
        let within = (address % PAGE as u64) as usize;
        if within + 8 > PAGE {
            let bytes = read(self.pid, address, 8);
            return bytes.try_into().ok().map(u64::from_ne_bytes);
        }
        let bytes = self.page(address - within as u64).get(within..within + 8)?;
        bytes.try_into().ok().map(u64::from_ne_bytes)
    }

    fn page(&mut self, address: u64) -> &[u8] {
        // The one that was read last is the likeliest.
        let known = self.pages.iter().rposition(|(start, _)| *start == address);
        let index = known.unwrap_or_else(|| {
            self.pages.push((address, read(self.pid, address, PAGE)));
            self.pages.len() - 1
        });
        &self.pages[index].1
    }
}

/// The bytes at `address`, fewer than `length` if not all of them can be read.
pub(super) fn read(pid: Pid, address: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let remote = [RemoteIoVec {
        base: address as usize,
        len: length,
    }];
    let local = &mut [IoSliceMut::new(&mut bytes)];
    let read = process_vm_readv(unistd::Pid::from_raw(pid), local, &remote).unwrap_or(0);
    bytes.truncate(read);
    bytes
}
