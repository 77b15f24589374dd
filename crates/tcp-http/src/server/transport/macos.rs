//! `sendfile(2)` of the BSD kind: it says how much it sent also when it fails.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd};

use nix::errno::Errno;
use nix::sys::sendfile::sendfile;
use nix::sys::socket::{self, MsgFlags};

use super::retry;

/// Sends `bytes`. That `more` is to come cannot be said here: the head may travel alone.
pub(in super::super) fn send(
    socket: BorrowedFd<'_>,
    bytes: &[u8],
    _more: bool,
) -> io::Result<usize> {
    retry(|| socket::send(socket.as_raw_fd(), bytes, MsgFlags::empty()))
}

/// Sends a piece of `range` out of the page cache. At most 1 MiB at a time, so that a fast reader of a
/// large file does not keep the thread for itself.
#[doc(alias = "sendfile")]
pub(in super::super) fn send_file(
    socket: BorrowedFd<'_>,
    file: &File,
    range: &Range<u64>,
) -> io::Result<usize> {
    let count = (range.end - range.start).min(1 << 20).cast_signed();
    let offset = range.start.cast_signed();
    let sent = retry(
        || match sendfile(file, socket, offset, Some(count), None, None) {
            (Err(Errno::EAGAIN | Errno::EINTR) | Ok(()), sent @ 1..) => Ok(sent as usize),
            (Err(error), _) => Err(error),
            (Ok(()), _) => Ok(0),
        },
    )?;
    match sent {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        sent => Ok(sent),
    }
}
