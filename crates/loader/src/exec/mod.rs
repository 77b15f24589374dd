//! A program mapped and started without execve (Linux).
//!
//! `execve(2)` does five things, and none of them needs the kernel once a process is there:
//!
//! 1. read the program headers and decide which pages of the file go where ([`Plan`]);
//! 2. map them, with zeros behind what the file has;
//! 3. do the same with the program that `PT_INTERP` names, the dynamic linker;
//! 4. build a stack that begins with argc, argv, envp and the auxiliary vector ([`Stack`]);
//! 5. clear the registers and jump: to the dynamic linker if there is one, else to the entry.
//!
//! [`run`] does them in this process. [`Plan`] and [`Stack`] are pure functions over numbers and
//! bytes. What remains is small: maps of memory, and a jump of ten instructions for each processor.
//!
//! Before the jump, what Rust's runtime and the C library have told the kernel about this process is
//! taken back: signal handlers, the alternate signal stack, the ignored SIGPIPE, the thread
//! pointer, the addresses for exiting threads and restartable sequences (`reset.rs`).
//!
//! # What differs from execve
//!
//! - `/proc/self/exe`, and `cmdline` and `environ` there, tell of us. A program that finds its own
//!   files by way of `/proc/self/exe` finds ours; busybox and such that run themselves again by it
//!   run us.
//! - Our own pages stay mapped, and the heap (`brk`) goes on where ours ended.
//! - Set-user-ID bits and file capabilities have no effect: nobody may give them but the kernel.
//! - A debugger is not told of a new image.
//! - SIGPIPE is always as by default: Rust's runtime has ignored it before `main`, so how it was
//!   inherited is forgotten.

mod auxiliary;
mod error;
mod file;
mod header;
mod jump;
mod memory;
mod plan;
mod reset;
mod stack;

use std::convert::Infallible;
use std::ffi::CString;
use std::fs;
use std::path::Path;

pub use auxiliary::{Auxiliary, own_vector};
pub use error::{ExecError, PlanError, StackError};
pub use file::Program;
pub use plan::{Load, Piece, Plan, Protection};
pub use stack::{Stack, StackInput};

use memory::Mapped;

/// Becomes the program in `path`, with these arguments (the program's own name first) and this
/// environment (`NAME=value`). As after `execve(2)`, nothing of the caller runs again: no
/// destructor, no exit handler.
///
/// # Errors
///
/// The file is no program of this machine, its pages cannot be mapped, or this process has more
/// than one thread: the others would go on over the ruins. On an error the caller goes on; what
/// was mapped until then stays.
pub fn run(
    path: &Path,
    arguments: &[CString],
    environment: &[CString],
) -> Result<Infallible, ExecError> {
    alone()?;
    let program = Program::open(path)?;
    let interpreter = program.interpreter().map(Program::open).transpose()?;
    let image = Mapped::map(&program)?;
    let linker = interpreter.as_ref().map(Mapped::map).transpose()?;

    let mut vector = own_vector().map_err(ExecError::Process)?;
    vector.describe(
        image.table,
        program.entry_size(),
        program.segment_count(),
        linker.as_ref().map_or(0, |linker| linker.bias),
        image.entry,
    );
    let name = file::c_path(path)?;
    let random = reset::random_bytes().map_err(ExecError::Process)?;
    let input = StackInput {
        arguments,
        environment,
        auxiliary: &vector,
        name: &name,
        random,
    };
    let stack = memory::stack(&input, program.executable_stack())?;
    let entry = linker.as_ref().map_or(image.entry, |linker| linker.entry);
    reset::name_process(path);
    drop((program, interpreter, vector));
    reset::reset().map_err(ExecError::Process)?;
    jump::to(jump::Start { entry, stack })
}

/// Only the caller's thread may be there.
fn alone() -> Result<(), ExecError> {
    let threads = fs::read_dir("/proc/self/task").map_err(ExecError::Process)?;
    match threads.count() {
        0 | 1 => Ok(()),
        count => Err(ExecError::Threads { count }),
    }
}
