//! Sound because the kernel writes no further than the length it is given, which is that of the
//! buffer, and because a `[u8]` may hold any bytes.

#![allow(unsafe_code)]

use std::ffi::CString;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::libc;
use nix::sys::stat::Mode;

pub(super) fn read_all(root: &OwnedFd, directories: &[CString]) -> nix::Result<()> {
    let mut buffer = vec![0; 32 * 1024];
    let flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    for directory in directories {
        let directory = openat(root, directory.as_c_str(), flags, Mode::empty())?;
        while read(&directory, &mut buffer)? > 0 {}
    }
    Ok(())
}

fn read(directory: &OwnedFd, buffer: &mut [u8]) -> nix::Result<libc::c_long> {
    // SAFETY: the address and the length are those of one slice that is ours to write to.
    Errno::result(unsafe {
        libc::syscall(
            libc::SYS_getdents64,
            directory.as_raw_fd(),
            buffer.as_mut_ptr(),
            buffer.len(),
        )
    })
}
