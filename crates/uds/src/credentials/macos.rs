//! `LOCAL_PEERCRED` and `LOCAL_PEERPID`.

use std::io;
use std::os::fd::BorrowedFd;

use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Gid, Pid, Uid};

use super::Credentials;

pub(super) fn of_peer(socket: BorrowedFd) -> io::Result<Credentials> {
    let peer = getsockopt(&socket, sockopt::LocalPeerCred)?;
    let pid = getsockopt(&socket, sockopt::LocalPeerPid)?;
    Ok(Credentials {
        pid: (pid != 0).then(|| Pid::from_raw(pid)),
        uid: Uid::from_raw(peer.uid()),
        // The first of the groups is the effective one.
        gid: Gid::from_raw(peer.groups()[0]),
    })
}
