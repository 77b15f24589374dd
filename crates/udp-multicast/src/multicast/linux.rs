//! Linux: `SO_REUSEADDR` shares a datagram port, and two options narrow what is heard.

use std::io;
use std::net::IpAddr;

use socket2::Socket;

/// Each of the sockets gets each datagram to a group. `SO_REUSEPORT` would do as well, but for one
/// user only, and among its sockets the kernel spreads what is sent to the machine itself.
pub(super) fn share_port(socket: &Socket) -> io::Result<()> {
    socket.set_reuse_address(true)
}

/// Switches off what is on by default: to hear every group that anybody on this machine has joined.
/// For IPv6 since Linux 4.20.
pub(super) fn hear_own_groups_only(socket: &Socket, family: IpAddr) -> io::Result<()> {
    match family {
        IpAddr::V4(_) => socket.set_multicast_all_v4(false),
        IpAddr::V6(_) => socket.set_multicast_all_v6(false),
    }
}
