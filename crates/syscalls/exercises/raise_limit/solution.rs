//! Read both limits, move the soft one up only, and give the hard one back as it was.
//!
//! The limits are inherited, so who lowers them lowers them for all programs that he starts.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Raises the soft limit of open files to `wanted`, at most to the hard one; returns the soft limit.
pub fn raise_open_files(wanted: u64) -> io::Result<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let raised = wanted.min(hard);
    if raised <= soft {
        return Ok(soft);
    }
    setrlimit(Resource::RLIMIT_NOFILE, raised, hard)?;
    Ok(raised)
}
