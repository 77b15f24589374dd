//! Whoever shares a port has to say so before `bind`, so the socket is made by hand.
//!
//! Linux wants `SO_REUSEADDR`, macOS `SO_REUSEPORT` besides. `MulticastSocket` of the chapter does
//! all of this, for IPv6 too.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

use socket2::{Domain, Socket, Type};

/// A listener to `group` at `port`.
pub fn listen(group: Ipv4Addr, port: u16) -> io::Result<UdpSocket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    socket.set_reuse_address(true)?;
    if cfg!(target_os = "macos") {
        socket.set_reuse_port(true)?;
    }
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
    socket.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)?;
    Ok(socket.into())
}
