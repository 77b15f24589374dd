//! Linux: which signal a lost page is, and how memory becomes executable.
//!
//! `unsafe` is allowed for the instructions that put the caches of an arm64 in order. They are given
//! addresses of our own, mapped memory, and change no contents.
#![allow(unsafe_code)]

use std::io;

use memmap2::{Mmap, MmapMut};
use nix::libc;

/// What touching a page behind a file's end raises.
pub(super) const FAULTS: &[libc::c_int] = &[libc::SIGBUS];

/// Pages that were writable and are now executable.
#[derive(Debug)]
pub(super) struct Executable(Mmap);

impl Executable {
    pub(super) fn new(instructions: &[u8]) -> io::Result<Self> {
        let mut pages = MmapMut::map_anon(instructions.len())?;
        pages.copy_from_slice(instructions);
        synchronize_caches(&pages);
        pages.make_exec().map(Executable)
    }

    pub(super) fn as_ptr(&self) -> *const u8 {
        self.0.as_ptr()
    }
}

/// The processor's instruction fetch sees stores by itself.
#[cfg(target_arch = "x86_64")]
fn synchronize_caches(_: &[u8]) {}

/// As the architecture's manual has it (B2.4.4): clean each line of the data cache to the point
/// where both caches meet, wait, invalidate each line of the instruction cache, wait.
#[cfg(target_arch = "aarch64")]
fn synchronize_caches(code: &[u8]) {
    use std::arch::asm;

    let cache_type: u64;
    // SAFETY: Linux lets programs read this register; it has the sizes of the caches' lines.
    unsafe { asm!("mrs {}, ctr_el0", out(reg) cache_type) };
    let lines = |log_words: u64| {
        let line = 4usize << (log_words & 0xf);
        let range = code.as_ptr_range();
        let first = range.start as usize & !(line - 1);
        (first..range.end as usize).step_by(line)
    };
    for address in lines(cache_type >> 16) {
        // SAFETY: the line holds mapped memory of ours.
        unsafe { asm!("dc cvau, {}", in(reg) address) };
    }
    // SAFETY: waits, and changes nothing.
    unsafe { asm!("dsb ish") };
    for address in lines(cache_type) {
        // SAFETY: the line holds mapped memory of ours.
        unsafe { asm!("ic ivau, {}", in(reg) address) };
    }
    // SAFETY: waits, and empties the pipeline.
    unsafe { asm!("dsb ish", "isb") };
}
