//! `MSG_MORE` and `sendfile(2)`.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::libc;
use nix::sys::sendfile::sendfile64;
use nix::sys::socket::{self, MsgFlags};

use super::retry;

/// Sends `bytes`. With `more` to come, the kernel waits for it before it sends a packet that is not
/// full: head and beginning of a file travel together.
#[doc(alias = "MSG_MORE")]
pub(in super::super) fn send(
    socket: BorrowedFd<'_>,
    bytes: &[u8],
    more: bool,
) -> io::Result<usize> {
    let more = if more { libc::MSG_MORE } else { 0 };
    let flags = MsgFlags::from_bits_retain(libc::MSG_NOSIGNAL | more);
    retry(|| socket::send(socket.as_raw_fd(), bytes, flags))
}

/// Sends a piece of `range` out of the page cache. At most 1 MiB at a time, so that a fast reader of a
/// large file does not keep the thread for itself.
#[doc(alias = "sendfile")]
pub(in super::super) fn send_file(
    socket: BorrowedFd<'_>,
    file: &File,
    range: &Range<u64>,
) -> io::Result<usize> {
    let count = (range.end - range.start).min(1 << 20) as usize;
    let mut offset = range.start.cast_signed();
    match retry(|| sendfile64(socket, file, Some(&mut offset), count))? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        sent => Ok(sent),
    }
}
