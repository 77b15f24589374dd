//! A datagram client that wants an answer has to bind, too: an unbound socket has no address.
//!
//! With UDP the system gives each sender an address by itself, a free port. Here an address is a file,
//! and nobody makes files up. An unbound sender can be heard and not answered. So the client makes a
//! socket file of its own, and has to remove it as a server has; on Linux a `bind` with an empty
//! address ("autobind") gets a free abstract name instead. In Go the client passes a local address
//! to `net.DialUnix("unixgram", local, remote)`.

use std::io::{self, ErrorKind};
use std::os::unix::net::UnixDatagram;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let (server_path, client_path) = (folder.path().join("server"), folder.path().join("client"));
    let server = UnixDatagram::bind(&server_path)?;
    let mut buffer = [0; 100];

    let nameless = UnixDatagram::unbound()?;
    nameless.send_to(b"can you answer?", &server_path)?;
    let (_, sender) = server.recv_from(&mut buffer)?;
    println!("an unbound client is {sender:?}");
    assert!(sender.is_unnamed());
    let cannot = server.send_to_addr(b"whom?", &sender).unwrap_err();
    println!("an answer to it: {cannot}");

    let named = UnixDatagram::bind(&client_path)?;
    named.send_to(b"and now?", &server_path)?;
    let (length, sender) = server.recv_from(&mut buffer)?;
    println!("a bound client is {sender:?}");
    assert_eq!(sender.as_pathname(), Some(client_path.as_path()));
    server.send_to_addr(&buffer[..length], &sender)?;

    let length = named.recv(&mut buffer)?;
    println!("it got {:?}", buffer[..length].escape_ascii().to_string());
    assert_eq!(&buffer[..length], b"and now?");

    nameless.set_nonblocking(true)?;
    let nothing = nameless.recv(&mut buffer).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    Ok(())
}
