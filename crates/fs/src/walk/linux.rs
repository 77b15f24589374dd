//! Reading directories on Linux: getdents64(2), which neither std nor nix nor the libc crate has.
//!
//! Sound because the kernel writes no further than the length it is given, which is that of the
//! buffer, and because a `&mut [u8]` may hold any bytes.

#![allow(unsafe_code)]

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;

/// How many descriptors an open directory takes.
pub(super) const DESCRIPTORS: usize = 1;

/// Reads on where the descriptor's own position is.
#[derive(Debug)]
pub(super) struct Reader;

impl Reader {
    pub(super) fn new(_directory: &OwnedFd) -> io::Result<Self> {
        Ok(Reader)
    }

    /// Fills `buffer` with whole records; gives how many bytes they take, 0 at the end.
    #[doc(alias = "getdents64")]
    pub(super) fn read(&mut self, directory: &OwnedFd, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the address and the length are those of one slice that is ours to write to.
        let length = unsafe {
            libc::syscall(
                libc::SYS_getdents64,
                directory.as_raw_fd(),
                buffer.as_mut_ptr(),
                buffer.len(),
            )
        };
        Ok(usize::try_from(Errno::result(length)?).expect("errors are taken out"))
    }
}
