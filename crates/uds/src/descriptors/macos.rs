//! There is neither flag. A Rust program ignores SIGPIPE, and the descriptors are marked one by one.

use std::io;
use std::os::fd::OwnedFd;

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::MsgFlags;

pub(super) const SEND: MsgFlags = MsgFlags::empty();

pub(super) const RECEIVE: MsgFlags = MsgFlags::empty();

pub(super) fn close_on_exec(descriptors: &[OwnedFd]) -> io::Result<()> {
    for descriptor in descriptors {
        fcntl(descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    }
    Ok(())
}
