//! The last instructions of the old program.

#[cfg(target_arch = "aarch64")]
mod aarch64;
#[cfg(target_arch = "x86_64")]
mod x86_64;

#[cfg(target_arch = "aarch64")]
use aarch64 as processor;
#[cfg(target_arch = "x86_64")]
use x86_64 as processor;

/// Where the new program begins. Made only of addresses that `memory` has just mapped.
#[derive(Clone, Copy)]
pub(super) struct Start {
    /// Its first instruction.
    pub(super) entry: u64,
    /// Its stack pointer.
    pub(super) stack: u64,
}

/// Gives the processor to the new program.
pub(super) fn to(start: Start) -> ! {
    processor::to(start)
}
