//! A server asks the kernel for four things, in this order: socket, bind, listen, accept.
//!
//! Go's `http.ListenAndServe(":8080", nil)` is one line, and below it are these calls; std's
//! `TcpListener::bind` makes the first three. Here each stands alone, so that one can ask what is
//! missing before the next: a socket that is bound has an address, but nobody is let in until
//! `listen`, and `accept` is a different descriptor for each client.
//!
//! ```syscalls
//! socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC, *) = $listener
//! bind($listener, *, 16) = 0
//! accept4($listener, *) = -1 EINVAL (*)
//! connect(*) = -1 ECONNREFUSED (*)
//! listen($listener, 128) = 0
//! accept4($listener, *, SOCK_CLOEXEC) = $connection
//! recvfrom($connection, "ping"*) = 4
//! close($connection) = 0
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::os::fd::AsRawFd;

use socket2::{Domain, Socket, Type};

fn main() -> io::Result<()> {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    println!("socket: descriptor {}", listener.as_raw_fd());

    listener.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let address = listener.local_addr()?.as_socket().expect("IPv4");
    println!("bind:   the kernel chose port {}", address.port());
    assert_ne!(address.port(), 0);

    let early = listener.accept().unwrap_err();
    let refused = TcpStream::connect(address).unwrap_err();
    println!("        accept now: {early}");
    println!("        connect now: {refused}");
    assert_eq!(early.kind(), ErrorKind::InvalidInput);
    assert_eq!(refused.kind(), ErrorKind::ConnectionRefused);

    // So many may wait to be accepted.
    listener.listen(128)?;
    let mut client = TcpStream::connect(address)?;
    println!("listen: connect now succeeds");

    let (mut connection, peer) = listener.accept()?;
    println!(
        "accept: descriptor {} is the connection to port {}",
        connection.as_raw_fd(),
        client.local_addr()?.port()
    );
    assert_eq!(peer.as_socket(), Some(client.local_addr()?));
    // The new socket has the server's port too: a connection is named by both ends.
    assert_eq!(connection.local_addr()?.as_socket(), Some(address));

    client.write_all(b"ping")?;
    let mut received = [0; 4];
    connection.read_exact(&mut received)?;
    assert_eq!(&received, b"ping");
    Ok(())
}
