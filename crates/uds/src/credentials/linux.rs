//! `SO_PEERCRED`.

use std::io;
use std::os::fd::BorrowedFd;

use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Gid, Pid, Uid};

use super::Credentials;

/// What the kernel gives for a user or group when nobody is connected: "no id".
const NOBODY_THERE: u32 = u32::MAX;

pub(super) fn of_peer(socket: BorrowedFd) -> io::Result<Credentials> {
    let peer = getsockopt(&socket, sockopt::PeerCredentials)?;
    if peer.uid() == NOBODY_THERE {
        return Err(io::Error::new(io::ErrorKind::NotFound, "no peer"));
    }
    Ok(Credentials {
        pid: (peer.pid() != 0).then(|| Pid::from_raw(peer.pid())),
        uid: Uid::from_raw(peer.uid()),
        gid: Gid::from_raw(peer.gid()),
    })
}
