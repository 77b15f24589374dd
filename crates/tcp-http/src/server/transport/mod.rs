//! Bytes in and out of a socket, with the calls that std does not have. All of them go on after a signal
//! and leave `EAGAIN` to the caller, for whom it means "not yet" or "timed out".

use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};
use nix::sys::uio::writev;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

pub(super) use sys::{send, send_file};

/// Reads; 0 is the end.
pub(super) fn receive(socket: BorrowedFd<'_>, room: &mut [u8]) -> io::Result<usize> {
    retry(|| recv(socket.as_raw_fd(), room, MsgFlags::empty()))
}

/// Sends from two places in one packet.
pub(super) fn send_two(socket: BorrowedFd<'_>, first: &[u8], second: &[u8]) -> io::Result<usize> {
    retry(|| writev(socket, &[IoSlice::new(first), IoSlice::new(second)]))
}

fn retry(mut call: impl FnMut() -> nix::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            result => return Ok(result?),
        }
    }
}
