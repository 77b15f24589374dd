//! macOS: `SO_REUSEPORT` shares a port, and the kernel asks each socket for its memberships.

use std::io;
use std::net::IpAddr;

use socket2::Socket;

/// As on the BSDs: for sockets bound to the unspecified address `SO_REUSEADDR` alone is not enough.
pub(super) fn share_port(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)
}

/// Here it is so without asking.
pub(super) fn hear_own_groups_only(_: &Socket, _: IpAddr) -> io::Result<()> {
    Ok(())
}
