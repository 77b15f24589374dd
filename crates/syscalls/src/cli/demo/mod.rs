//! What the tool shows when it is called without arguments.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod macos;

#[cfg(target_os = "linux")]
use linux::show;
#[cfg(not(target_os = "linux"))]
use macos::show;

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::process::ExitCode;

/// The only argument of this program when it is the one that is traced.
const TRACED: &str = "the-traced-program";

/// # Errors
///
/// Failures of the tracer and of `out`.
pub(crate) fn run(out: &mut impl Write) -> anyhow::Result<()> {
    show(out)?;
    writeln!(
        out,
        "Try next:\n  \
         cargo run -p syscalls -- trace ls\n  \
         cargo run -p syscalls -- trace --help\n  \
         cargo run -p syscalls -- table openat\n  \
         cargo run -p syscalls -- errno 13"
    )?;
    Ok(())
}

pub(crate) fn is_the_traced_program() -> bool {
    env::args_os().nth(1).is_some_and(|word| word == TRACED)
}

/// A program of four statements.
pub(crate) fn traced_program() -> ExitCode {
    let text = fs::read("/etc/passwd").unwrap_or_default();
    let _ = File::open("/no/such/file");
    let lines = text.iter().filter(|byte| **byte == b'\n').count();
    println!("{lines} lines");
    ExitCode::SUCCESS
}
