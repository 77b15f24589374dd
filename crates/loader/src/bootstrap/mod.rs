//! What runs between entry and main, stepped and named.
//!
//! [`run`] starts a program under ptrace(2) and puts a breakpoint at the first instruction of every
//! function that has a symbol, in the program and in what the dynamic linker brings. Each time one is
//! entered, the process stops: the symbol names it, and where the stack pointer stands tells how deep the
//! call is ([`Depth`]). It goes on until the programmer's own main: `main` in C, `main.main` in Go,
//! `CRATE::main` in Rust. Then the program is killed: nothing of main runs.
//!
//! Go starts threads before main. A thread that nobody watches would die of a breakpoint; so with the
//! first of them all are taken away, and the first thread goes on by single steps.
//!
//! Files without symbols have no names: of stripped libraries only what they export is seen.

#[cfg(target_os = "linux")]
mod breakpoints;
mod depth;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod macos;
#[cfg(target_os = "linux")]
mod modules;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

pub use depth::Depth;
#[cfg(target_os = "linux")]
pub use linux::run;
#[cfg(not(target_os = "linux"))]
pub use macos::run;

/// How long to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many stops at most: functions entered, and single steps.
    pub stops: u64,
    /// So long at most.
    pub time: Duration,
    /// Calls deeper than this are not told, but for main.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            stops: 2_000_000,
            time: Duration::from_secs(10),
            depth: 4,
        }
    }
}

/// A function that was entered for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How often the program was stopped before.
    pub stops: u64,
    /// The address in this run.
    pub address: u64,
    /// The file that it is in.
    pub module: PathBuf,
    /// Demangled if it is Rust's.
    pub name: String,
    /// How many callers it has; 1 has none.
    pub depth: usize,
}

/// Why it went no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The programmer's main is next.
    Main,
    /// So many stops, and no main.
    Stops,
    /// So long, and no main.
    Time,
    /// The program ended, or replaced itself.
    Exited,
}

/// Why a program cannot be watched.
#[derive(Debug, Error)]
pub enum BootstrapError {
    /// It does not start.
    #[error("cannot start {path:?}")]
    Start {
        /// The program.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// ptrace(2) failed.
    #[error("cannot step through it")]
    Step(#[source] io::Error),
    /// Not on this system.
    #[error(
        "stepping through another program needs Linux (ptrace); on macOS use `lldb -- FILE`, then \
         `process launch --stop-at-entry` and `thread step-inst`"
    )]
    Unsupported,
}
