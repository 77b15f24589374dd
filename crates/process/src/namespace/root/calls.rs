//! The system calls of mounting.
//!
//! Sound: `mount_setattr` is given a path that ends with a NUL and a structure with its size.
#![allow(unsafe_code)]

use std::ffi::CString;
use std::mem;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::errno::Errno;
use nix::libc;
use nix::mount::MsFlags;

use crate::namespace::{NamespaceError, Step};

/// mount(2). nix's wants to know the type of each argument that is not there.
pub(super) fn mount(
    source: Option<&Path>,
    target: impl AsRef<Path>,
    kind: Option<&str>,
    flags: MsFlags,
    options: Option<&str>,
) -> nix::Result<()> {
    nix::mount::mount(source, target.as_ref(), kind, flags, options)
}

/// A filesystem of its own, of type `kind`.
pub(super) fn mount_new(
    kind: &str,
    target: &Path,
    flags: MsFlags,
    options: &str,
) -> Result<(), NamespaceError> {
    mount(
        Some(kind.as_ref()),
        target,
        Some(kind),
        flags,
        Some(options),
    )
    .map_err(Step::Mount(target.into()).failed())
}

/// `source` and all that is mounted below it, seen at `target` too. In a user namespace one cannot
/// leave out what is below: it may be there to hide something.
pub(super) fn bind(source: &Path, target: &Path) -> Result<(), NamespaceError> {
    let flags = MsFlags::MS_BIND | MsFlags::MS_REC;
    mount(Some(source), target, None, flags, None).map_err(Step::Mount(target.into()).failed())
}

/// `struct mount_attr` of linux/mount.h.
#[repr(C)]
#[derive(Default)]
struct Attributes {
    set: u64,
    clear: u64,
    propagation: u64,
    user_namespace: u64,
}

/// Makes the mount and all below it read-only, and leaves their other flags alone, which the old
/// way, a remount, has to repeat for each.
#[doc(alias = "mount_setattr")]
pub(super) fn make_read_only(target: &Path) -> Result<(), NamespaceError> {
    let failed = |errno| Step::ReadOnly(target.into()).failed()(errno);
    let path = CString::new(target.as_os_str().as_bytes()).map_err(|_| failed(Errno::EINVAL))?;
    let attributes = Attributes {
        // MOUNT_ATTR_RDONLY
        set: 1,
        ..Attributes::default()
    };
    // SAFETY: the path ends with a NUL, and the kernel reads as many bytes as the structure has.
    let result = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            path.as_ptr(),
            libc::AT_RECURSIVE,
            &raw const attributes,
            mem::size_of::<Attributes>(),
        )
    };
    Errno::result(result).map(drop).map_err(failed)
}
