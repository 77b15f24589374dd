//! What each root has: `/proc`, `/dev`, and less of `/proc` than the kernel offers.

use std::os::unix::fs::symlink;
use std::path::Path;

use nix::mount::MsFlags;

use super::calls::{bind, make_read_only, mount_new};
use super::plan::make_directory;
use crate::namespace::{NamespaceError, Step};

/// What in `/proc` tells of the machine and not of the sandbox: memory, keys, timers, hardware.
/// Each is hidden behind an empty file or directory.
pub const MASKED: [&str; 9] = [
    "/proc/acpi",
    "/proc/asound",
    "/proc/kcore",
    "/proc/keys",
    "/proc/latency_stats",
    "/proc/sched_debug",
    "/proc/scsi",
    "/proc/timer_list",
    "/proc/timer_stats",
];

/// What steers the machine may be read only.
const READ_ONLY: [&str; 5] = [
    "/proc/bus",
    "/proc/fs",
    "/proc/irq",
    "/proc/sys",
    "/proc/sysrq-trigger",
];

const LINKS: [(&str, &str); 5] = [
    ("/proc/self/fd", "/dev/fd"),
    ("/proc/self/fd/0", "/dev/stdin"),
    ("/proc/self/fd/1", "/dev/stdout"),
    ("/proc/self/fd/2", "/dev/stderr"),
    ("pts/ptmx", "/dev/ptmx"),
];

/// Shows the pid namespace of the caller. The kernel allows it only because a complete `/proc` can
/// be seen already: else it would reveal what somebody has masked.
pub(super) fn mount_proc() -> Result<(), NamespaceError> {
    make_directory("/proc".as_ref())?;
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount_new("proc", "/proc".as_ref(), flags, "")
}

/// What the kernel makes anew for each: terminals, shared memory. The device files are the plan's.
pub(super) fn mount_devices() -> Result<(), NamespaceError> {
    let nosuid = MsFlags::MS_NOSUID;
    for (directory, kind, options) in [
        ("/dev", "tmpfs", "mode=755"),
        ("/dev/pts", "devpts", "newinstance,ptmxmode=0666,mode=620"),
        ("/dev/shm", "tmpfs", "mode=1777"),
        ("/tmp", "tmpfs", "mode=1777"),
    ] {
        make_directory(directory.as_ref())?;
        mount_new(kind, directory.as_ref(), nosuid, options)?;
    }
    for (to, at) in LINKS {
        symlink(to, at).map_err(Step::Mount(at.into()).failed_io())?;
    }
    Ok(())
}

pub(super) fn mask() -> Result<(), NamespaceError> {
    for path in MASKED
        .map(Path::new)
        .into_iter()
        .filter(|path| path.exists())
    {
        if path.is_dir() {
            mount_new("tmpfs", path, MsFlags::MS_RDONLY, "size=0")?;
        } else {
            bind("/dev/null".as_ref(), path)?;
        }
    }
    for path in READ_ONLY
        .map(Path::new)
        .into_iter()
        .filter(|path| path.exists())
    {
        bind(path, path)?;
        make_read_only(path)?;
    }
    Ok(())
}
