//! macOS's way to forbid fragments (since macOS 11 for IPv4).

use std::io;
use std::net::UdpSocket;

use nix::sys::socket::{setsockopt, sockopt};

/// Never fragment: we probe ourselves.
pub(super) fn never_fragment(socket: &UdpSocket) -> io::Result<()> {
    if socket.local_addr()?.is_ipv4() {
        setsockopt(socket, sockopt::IpDontFrag, &true)?;
    } else {
        setsockopt(socket, sockopt::Ipv6DontFrag, &true)?;
    }
    Ok(())
}
