//! The shell.
//!
//! C's `main`, without Rust's runtime around it. Before a Rust `main` the runtime ignores SIGPIPE, so
//! that nobody can tell any more whether the shell was started with it ignored, which POSIX wants
//! handed on; and it reads the memory map for the stack's guard page, which costs a tenth of the
//! start of a shell that runs `:`.
//!
//! # Soundness
//!
//! The C library calls the one symbol `main` once, in the first thread, with arguments that are not
//! used: both calling conventions in question let a function take fewer arguments than it is given.
//! A panic cannot leave it: it aborts at the edge of a function for C.
#![no_main]
#![allow(unsafe_code)]

mod cli;

use std::ffi::c_int;

/// What the C library calls.
// SAFETY: no other symbol of the program is called so, since there is no Rust main.
#[unsafe(no_mangle)]
pub extern "C" fn main() -> c_int {
    cli::run().into()
}
