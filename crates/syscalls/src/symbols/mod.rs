//! From an address to function, file and line.
//!
//! The kernel knows addresses only. That 0x55f3a1c04d2e is line 12 of `main.rs` is written in the
//! files that the process is made of, and this module puts three sources together:
//!
//! - `/proc/PID/maps` says which file lies where in the process's memory;
//! - the file's *unwind tables* (`.eh_frame`, made for exceptions and panics, so never stripped) say
//!   for each instruction how far up the stack the return address is;
//! - its *debug information* (DWARF) says which line an instruction comes from, and which functions
//!   the compiler put into which others; where there is none, the symbol table knows at least the
//!   function.
//!
//! [`Unwinder`] walks the stack of a stopped task. [`main_address`] and [`main_source`] find the
//! function with which a program's own code begins.

mod debug;
mod image;
mod main_function;
mod maps;
mod memory;
mod modules;
mod section;
mod table;
mod unwinder;

pub use main_function::{main_address, main_source};
pub use unwinder::{MAXIMUM_DEPTH, Unwinder};

/// The registers of a stopped task that tell where it is and who called.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Registers {
    /// The next instruction: `rip`, `pc`.
    pub instruction: u64,
    /// The top of the stack: `rsp`, `sp`.
    pub stack: u64,
    /// Where many functions keep the address of their caller's frame: `rbp`, `x29`.
    pub frame: u64,
    /// The return address of the function that runs: `x30`. On x86-64 it is on the stack, and this
    /// is 0.
    pub link: u64,
}
