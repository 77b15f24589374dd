//! Why a program could not be started.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why [`run`](super::run) came back.
#[derive(Debug, Error)]
pub enum ExecError {
    /// It cannot be opened or read.
    #[error("cannot read {path:?}")]
    Read {
        /// The program, or the dynamic linker that it asks for.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nobody may run it.
    #[error("{path:?} is not executable")]
    Permission {
        /// The program.
        path: PathBuf,
    },
    /// The kernel would start an interpreter.
    #[error(
        "{path:?} is a script: run its interpreter, {interpreter:?}, with the script as argument"
    )]
    Script {
        /// The script.
        path: PathBuf,
        /// What its first line names.
        interpreter: String,
    },
    /// It is no ELF file, or a broken one.
    #[error("{path:?}: {why}")]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        why: String,
    },
    /// It is for another processor.
    #[error("{path:?} is for {machine}, and this is {here}")]
    Machine {
        /// The file.
        path: PathBuf,
        /// The processor it is for.
        machine: String,
        /// Ours.
        here: &'static str,
    },
    /// It has no segments that can be mapped.
    #[error("{path:?} cannot be mapped")]
    Plan {
        /// The file.
        path: PathBuf,
        /// Which segment, and why.
        source: PlanError,
    },
    /// The system refuses a map.
    #[error("cannot map {path:?} at {address:#x}")]
    Map {
        /// The file.
        path: PathBuf,
        /// Where its first page was to be.
        address: u64,
        /// What the system said.
        source: io::Error,
    },
    /// The program cannot be moved, and something of ours is where it has to be.
    #[error("{path:?} has to be at {start:#x}-{end:#x}, where this process has something else")]
    Occupied {
        /// The file.
        path: PathBuf,
        /// Its first address.
        start: u64,
        /// Behind its last.
        end: u64,
    },
    /// The arguments and the environment are too long.
    #[error(transparent)]
    Stack(#[from] StackError),
    /// There are other threads.
    #[error("this process has {count} threads, and a new program has to be alone")]
    Threads {
        /// So many.
        count: usize,
    },
    /// Something about this process.
    #[error("cannot make this process ready for another program")]
    Process(#[source] io::Error),
}

/// Why segments cannot become pages. `PT_LOAD` entries are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// There is nothing to map.
    #[error("it has no PT_LOAD segment with a byte in it")]
    Nothing,
    /// `p_align` is no power of two.
    #[error("PT_LOAD {index}: its alignment is no power of two")]
    Align {
        /// Which one.
        index: usize,
    },
    /// Address and offset are not the same modulo the size of a page.
    #[error("PT_LOAD {index}: its address and its offset differ modulo the page size")]
    Congruence {
        /// Which one.
        index: usize,
    },
    /// More bytes in the file than in memory.
    #[error("PT_LOAD {index}: it is larger in the file than in memory")]
    Sizes {
        /// Which one.
        index: usize,
    },
    /// The file ends earlier.
    #[error("PT_LOAD {index}: the file ends before it does")]
    PastTheEnd {
        /// Which one.
        index: usize,
    },
    /// Not an address of user space.
    #[error("PT_LOAD {index}: its addresses are beyond user space")]
    Address {
        /// Which one.
        index: usize,
    },
    /// It begins below the end of the one before.
    #[error("PT_LOAD {index}: it begins on or before the last page of the one before")]
    Overlap {
        /// Which one.
        index: usize,
    },
}

/// The arguments and the environment do not fit on the stack.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("arguments and environment take {needed} bytes of a stack with room for {room}")]
pub struct StackError {
    /// In bytes.
    pub needed: u64,
    /// In bytes.
    pub room: u64,
}
