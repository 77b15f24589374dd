//! To connect a UDP socket sends nothing: it filters what is received, and lets errors find it.
//!
//! The kernel notes the peer's address. Datagrams from others are then not for this socket, `send`
//! needs no address, and when the peer's machine says that nobody listens at that port (ICMP), the
//! next call gets "connection refused": an unconnected socket cannot be told, since it talks to many.
//! The news comes after the send that caused it, if at all.
//!
//! Go's `net.Dial("udp", …)` gives such a socket, `net.ListenPacket` the other kind; `WriteTo` on the
//! first is an error.
//!
//! ```syscalls
//! connect($client, *) = 0
//! recvfrom($client, "from the peer", *) = 13
//! sendto($client, "anybody?", 8, *) = 8
//! recvfrom($client, *) = -1 ECONNREFUSED (*)
//! ```

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::time::Duration;

fn main() -> io::Result<()> {
    let peer = UdpSocket::bind("127.0.0.1:0")?;
    let stranger = UdpSocket::bind("127.0.0.1:0")?;
    let client = UdpSocket::bind("127.0.0.1:0")?;
    client.connect(peer.local_addr()?)?;
    client.set_read_timeout(Some(Duration::from_secs(10)))?;

    stranger.send_to(b"from a stranger", client.local_addr()?)?;
    peer.send_to(b"from the peer", client.local_addr()?)?;
    let mut buffer = [0; 100];
    let len = client.recv(&mut buffer)?;
    println!("received: {}", String::from_utf8_lossy(&buffer[..len]));
    assert_eq!(&buffer[..len], b"from the peer");

    drop(peer);
    let sent = client.send(b"anybody?")?;
    println!("to a closed port: {sent} bytes sent");
    let error = client.recv(&mut buffer).unwrap_err();
    println!("and then: {error}");
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);

    // The unconnected one sends there too, and never hears of it.
    stranger.send_to(b"anybody?", client.peer_addr()?)?;
    stranger.set_nonblocking(true)?;
    let error = stranger.recv(&mut buffer).unwrap_err();
    println!("unconnected: {error}");
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    Ok(())
}
