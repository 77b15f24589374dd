//! One function echoes over TCP, UDP and Unix sockets; what differs is how they are made.
//!
//! Berkeley's interface of 1983 separates the kind of address (domain) from the kind of transport
//! (type), and makes all of them descriptors with `send` and `recv`. Go's `net.Conn` is the same idea:
//! `net.Dial("tcp" | "udp" | "unix", …)`. One difference stays visible: a datagram keeps its
//! boundaries, and a stream has none.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::thread;
use std::time::Duration;

use socket2::{Domain, SockAddr, Socket, Type};

fn main() -> io::Result<()> {
    for (name, pair, keeps_boundaries) in [
        ("TCP", tcp()?, false),
        ("UDP", udp()?, true),
        (
            "Unix stream",
            Socket::pair(Domain::UNIX, Type::STREAM, None)?,
            false,
        ),
        (
            "Unix datagram",
            Socket::pair(Domain::UNIX, Type::DGRAM, None)?,
            true,
        ),
    ] {
        let (mut client, server) = pair;
        let server = thread::spawn(move || echo(server, 2 * "hello".len()));
        client.set_read_timeout(Some(Duration::from_secs(10)))?;
        client.write_all(b"hello")?;
        client.write_all(b"world")?;
        server.join().expect("the echo does not panic")?;

        let mut answer = [0; 64];
        let mut received = client.read(&mut answer)?;
        println!(
            "{name:13} {:?} {:?}: the first read of two writes gives {received} bytes",
            client.local_addr()?.domain(),
            client.r#type()?
        );
        if keeps_boundaries {
            assert_eq!(received, 5, "one datagram at a time");
        }
        while received < 10 {
            received += client.read(&mut answer[received..])?;
        }
        assert_eq!(&answer[..received], b"helloworld");
    }
    Ok(())
}

/// Knows nothing of addresses and transports.
fn echo(mut socket: impl Read + Write, total: usize) -> io::Result<()> {
    let mut buffer = [0; 64];
    let mut echoed = 0;
    while echoed < total {
        let count = socket.read(&mut buffer)?;
        socket.write_all(&buffer[..count])?;
        echoed += count;
    }
    Ok(())
}

fn tcp() -> io::Result<(Socket, Socket)> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.bind(&any_port())?;
    listener.listen(1)?;
    let client = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    client.connect(&listener.local_addr()?)?;
    Ok((client, listener.accept()?.0))
}

/// Without a handshake there is no `accept`: each connects to the other's address.
fn udp() -> io::Result<(Socket, Socket)> {
    let ends = [0, 1].map(|_| Socket::new(Domain::IPV4, Type::DGRAM, None));
    let [client, server] = ends;
    let (client, server) = (client?, server?);
    client.bind(&any_port())?;
    server.bind(&any_port())?;
    client.connect(&server.local_addr()?)?;
    server.connect(&client.local_addr()?)?;
    Ok((client, server))
}

fn any_port() -> SockAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()
}
