//! macOS: device numbers are signed there, and a filesystem says its name.

use std::path::Path;

use nix::libc;
use nix::sys::statfs::statfs;

/// The driver of a device.
pub(crate) fn major(device: u64) -> u64 {
    u64::from(libc::major(device as libc::dev_t).unsigned_abs())
}

/// Which of the driver's devices.
pub(crate) fn minor(device: u64) -> u64 {
    u64::from(libc::minor(device as libc::dev_t).unsigned_abs())
}

/// The kind of filesystem; the number means nothing outside the running kernel.
pub(super) fn filesystem_type(path: &Path) -> nix::Result<(u64, String)> {
    let found = statfs(path)?;
    Ok((0, found.filesystem_type_name().to_owned()))
}

/// As the system has it.
pub(super) fn filesystem_id(id: u64) -> u64 {
    id
}
