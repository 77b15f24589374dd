//! A server answers to the address that came with the datagram.
//!
//! There is no connection whose other end it could be. `recvfrom(2)` gives the datagram and who sent
//! it; that address is all the server ever knows of a client, and anybody can put a wrong one into a
//! packet. So an answer much longer than its question makes a server a weapon: it is sent to whom
//! the sender claimed to be.
//!
//! Go's `ReadFrom` and `WriteTo` of a `net.PacketConn` are these two calls.
//!
//! ```syscalls
//! recvfrom($server, "one", *, {sa_family=AF_INET, sin_port=htons($first), *}, *) = 3
//! sendto($server, "Hello, one", 10, *, {sa_family=AF_INET, sin_port=htons($first), *}, 16) = 10
//! recvfrom($server, "two", *, {sa_family=AF_INET, sin_port=htons($second), *}, *) = 3
//! sendto($server, "Hello, two", 10, *, {sa_family=AF_INET, sin_port=htons($second), *}, 16) = 10
//! ```

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

fn main() -> io::Result<()> {
    let server = UdpSocket::bind("127.0.0.1:0")?;
    let clients = [client(&server, "one")?, client(&server, "two")?];

    for _ in &clients {
        let mut buffer = [0; 1500];
        let (len, from) = server.recv_from(&mut buffer)?;
        let name = String::from_utf8_lossy(&buffer[..len]);
        println!("server: {name:?} from {from}");
        server.send_to(format!("Hello, {name}").as_bytes(), from)?;
    }

    for (client, expected) in clients.iter().zip(["Hello, one", "Hello, two"]) {
        let mut buffer = [0; 1500];
        let (len, from) = client.recv_from(&mut buffer)?;
        let answer = String::from_utf8_lossy(&buffer[..len]);
        println!("client {}: {answer:?}", client.local_addr()?);
        assert_eq!((&*answer, from), (expected, server.local_addr()?));
    }
    Ok(())
}

/// A client that has sent its name.
fn client(server: &UdpSocket, name: &str) -> io::Result<UdpSocket> {
    let client = UdpSocket::bind("127.0.0.1:0")?;
    client.set_read_timeout(Some(Duration::from_secs(10)))?;
    client.send_to(name.as_bytes(), server.local_addr()?)?;
    Ok(client)
}
