//! Two sockets get one port only when both have said before that they would share it.
//!
//! One socket to a port is the rule, so that a datagram has one receiver. Listeners of a group are the
//! exception: they all need the port that the sender sends to, and each gets a copy. The first one
//! has to agree as well, or a stranger could take the datagrams of a running server. What is sent to
//! the machine's own address still goes to one of them only.
//!
//! Linux wants `SO_REUSEADDR` of both; with `SO_REUSEPORT` it also spreads unicast over them, for
//! sockets of one user. macOS wants `SO_REUSEPORT`. Go sets them for `ListenMulticastUDP`, and nowhere
//! else for UDP.
//!
//! ```syscalls
//! bind($plain, *) = 0
//! bind(*) = -1 EADDRINUSE (*) x2
//! setsockopt($one, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind($one, *) = 0
//! setsockopt($two, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind($two, *) = 0
//! ```

use std::io::{self, ErrorKind, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let plain = bind(0, false)?;
    let error = bind(port_of(&plain)?, false).unwrap_err();
    println!("neither shares: {error}");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);
    let error = bind(port_of(&plain)?, true).unwrap_err();
    println!("the second would share: {error}");
    assert_eq!(error.kind(), ErrorKind::AddrInUse);

    let one = bind(0, true)?;
    let two = bind(port_of(&one)?, true)?;
    println!("both share: port {} twice", port_of(&two)?);
    assert_eq!(port_of(&one)?, port_of(&two)?);

    let loopback = Ipv4Addr::LOCALHOST;
    let group = Ipv4Addr::new(239, 255, 73, 6);
    one.join_multicast_v4(&group, &loopback)?;
    two.join_multicast_v4(&group, &loopback)?;
    let sender = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    sender.set_multicast_if_v4(&loopback)?;
    let send = |text: &[u8], to| {
        let to = SocketAddr::from((to, port_of(&one)?));
        sender.send_to(text, &to.into())
    };

    send(b"to the machine", loopback)?;
    send(b"to the group", group)?;
    let heard = [until_group(&one)?, until_group(&two)?];
    println!("to the group: a copy each; to the machine: {heard:?}");
    assert_eq!(heard[0] + heard[1], 1);
    Ok(())
}

fn bind(port: u16, share: bool) -> io::Result<Socket> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    if share {
        socket.set_reuse_address(true)?;
        if cfg!(target_os = "macos") {
            socket.set_reuse_port(true)?;
        }
    }
    socket.bind(&SocketAddr::from((Ipv4Addr::UNSPECIFIED, port)).into())?;
    Ok(socket)
}

fn port_of(socket: &Socket) -> io::Result<u16> {
    let address = socket.local_addr()?.as_socket();
    Ok(address.expect("it is an IP address").port())
}

/// How many datagrams come before the group's, which is the last one.
fn until_group(mut socket: &Socket) -> io::Result<usize> {
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut buffer = [0; 100];
    let mut datagrams = 0;
    loop {
        let len = socket.read(&mut buffer)?;
        if &buffer[..len] == b"to the group" {
            return Ok(datagrams);
        }
        datagrams += 1;
    }
}
