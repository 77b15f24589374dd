//! Room for ten thousand descriptors.

use std::io;

use nix::errno::Errno;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// What macOS grants at least, whatever its hard limit says.
const OPEN_MAX: u64 = 10_240;

/// Raises this process's soft limit of open files to `wanted`, as far as the hard limit permits, and
/// gives the limit that holds now. It is never lowered.
///
/// The soft limit is small for the sake of programs that use `select(2)`. Go raises it in every
/// program before `main`; Rust leaves it to those who need it. Children inherit it.
#[doc(alias = "setrlimit")]
#[doc(alias = "RLIMIT_NOFILE")]
pub fn raise_open_files(wanted: u64) -> io::Result<u64> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    let limit = wanted.min(hard).max(soft);
    match setrlimit(Resource::RLIMIT_NOFILE, limit, hard) {
        Ok(()) => Ok(limit),
        // macOS says "unlimited" and means less.
        Err(Errno::EINVAL) => {
            let limit = limit.min(OPEN_MAX).max(soft);
            setrlimit(Resource::RLIMIT_NOFILE, limit, hard)?;
            Ok(limit)
        }
        Err(error) => Err(error.into()),
    }
}
