//! Flags do it all.

use std::io;
use std::os::fd::OwnedFd;

use nix::sys::socket::MsgFlags;

/// No SIGPIPE when the receiver is gone: an error is enough.
pub(super) const SEND: MsgFlags = MsgFlags::MSG_NOSIGNAL;

/// Close-on-exec from the start.
pub(super) const RECEIVE: MsgFlags = MsgFlags::MSG_CMSG_CLOEXEC;

pub(super) fn close_on_exec(_marked_already: &[OwnedFd]) -> io::Result<()> {
    Ok(())
}
