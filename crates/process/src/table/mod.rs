//! Everything the kernel keeps about a process, read once and typed.
//!
//! The kernel's record of a process (Linux's `task_struct`, macOS's `proc` and `task`) is not for
//! programs to see. Linux shows it as files under `/proc`, each made at the moment somebody reads
//! it; macOS answers questions about it, one structure a question. Either way what one gets is a
//! set of snapshots of something that moves: between two of them the process may change its name,
//! or end. A process that has gone is an ordinary outcome here, [`Error::Gone`], and a list leaves
//! it out.
//!
//! ```
//! use process::table::{Fields, Table};
//!
//! let mut table = Table::open()?;
//! let me = table.process(std::process::id() as i32, Fields::COMMAND_LINE)?;
//! assert!(me.threads >= 1);
//! assert!(!me.command_line.is_empty());
//! let parent = table.process(me.parent, Fields::default())?;
//! assert!(parent.started <= me.started);
//! # Ok::<(), process::table::Error>(())
//! ```

mod details;
pub mod procargs;
mod process;
pub mod stat;
pub mod status;
mod terminal;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;

use std::time::{Duration, SystemTime};

use nix::errno::Errno;

pub use details::{Descriptor, InputOutput, Namespace};
pub use platform::Table;
pub use process::{Fields, Owner, Process, State, Status, Terminal};

use crate::id::Pid;

/// Why something of a process could not be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such process, or not any more.
    #[error("no process {0}")]
    Gone(Pid),
    /// Its owner may look at this, and we are somebody else.
    #[error("cannot read {what} of process {pid}: not permitted")]
    Denied {
        /// Whose.
        pid: Pid,
        /// What.
        what: &'static str,
    },
    /// The kernel says something else.
    #[error("cannot read {what} of process {pid}: {errno}")]
    Failed {
        /// Whose.
        pid: Pid,
        /// What.
        what: &'static str,
        /// What it says.
        errno: Errno,
    },
    /// There is no process table to be read: Linux without `/proc`.
    #[error("cannot read the process table: {0}")]
    NoTable(Errno),
    /// This kernel does not tell it.
    #[error("{0}: not told by this kernel")]
    Unsupported(&'static str),
}

impl Error {
    /// ESRCH comes when a process ends while its file is read, ENOENT when it is opened too late.
    fn of(pid: Pid, what: &'static str, errno: Errno) -> Error {
        match errno {
            Errno::ENOENT | Errno::ESRCH => Error::Gone(pid),
            Errno::EACCES | Errno::EPERM => Error::Denied { pid, what },
            errno => Error::Failed { pid, what, errno },
        }
    }
}

/// The machine's numbers that those of a process are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    /// When the machine was started, in whole seconds.
    pub booted: SystemTime,
    /// How long ago that is.
    pub uptime: Duration,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes a page.
    pub page: u64,
    /// How many digits the highest pid has.
    pub pid_digits: usize,
}

impl System {
    /// How long a process has lived.
    pub fn age(&self, process: &Process) -> Duration {
        self.uptime.saturating_sub(process.started)
    }
}

impl Table {
    /// All processes, by pid. What ends while the list is made is left out.
    ///
    /// # Errors
    ///
    /// The list of pids cannot be read.
    pub fn processes(&mut self, fields: Fields) -> Result<Vec<Process>, Error> {
        let pids = self.pids()?;
        let mut processes = Vec::with_capacity(pids.len());
        // Denied by a /proc that hides what is not ours: as if it were not there.
        processes.extend(
            pids.iter()
                .filter_map(|&pid| self.process(pid, fields).ok()),
        );
        Ok(processes)
    }

    /// A process, its parent, and so on up to one that the kernel itself started.
    ///
    /// # Errors
    ///
    /// [`Error::Gone`] for `pid` itself. The line ends where an ancestor has gone or is not seen,
    /// as from inside of a pid namespace.
    pub fn ancestors(&mut self, pid: Pid, fields: Fields) -> Result<Vec<Process>, Error> {
        let mut line = vec![self.process(pid, fields)?];
        while let Some(parent) = line.last().map(|last| last.parent).filter(|&pid| pid > 0) {
            // A pid may be given anew while we climb; a line that closes on itself is no line.
            if line.iter().any(|process| process.pid == parent) {
                break;
            }
            match self.process(parent, fields) {
                Ok(process) => line.push(process),
                Err(_) => break,
            }
        }
        Ok(line)
    }
}
