//! Datagrams over a socket file keep their boundaries: three sends are three receives.
//!
//! What a stream does not promise, a datagram does: each `recv` gives one message, whole, and cuts
//! what does not fit into the buffer. There is no connection and no accept: one socket hears all senders.
//! Unlike UDP's they arrive, and in the order in which they were sent. That is how programs talk
//! to the system's log (`/dev/log`) and to systemd (`NOTIFY_SOCKET`).

use std::io;
use std::os::unix::net::UnixDatagram;

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("log.sock");
    let server = UnixDatagram::bind(&path)?;

    let client = UnixDatagram::unbound()?;
    let messages = ["one", "the second is longer", "3"];
    for message in messages {
        assert_eq!(client.send_to(message.as_bytes(), &path)?, message.len());
    }

    let mut buffer = [0; 100];
    for message in messages {
        let length = server.recv(&mut buffer)?;
        println!(
            "{length:>3} bytes: {:?}",
            buffer[..length].escape_ascii().to_string()
        );
        assert_eq!(&buffer[..length], message.as_bytes());
    }

    client.send_to(b"longer than the buffer", &path)?;
    client.send_to(b"next", &path)?;
    let length = server.recv(&mut buffer[..6])?;
    println!(
        "a short buffer got {:?}",
        buffer[..length].escape_ascii().to_string()
    );
    assert_eq!(&buffer[..length], b"longer");
    let length = server.recv(&mut buffer[..6])?;
    println!(
        "the rest is gone, then came {:?}",
        buffer[..length].escape_ascii().to_string()
    );
    assert_eq!(&buffer[..length], b"next");
    Ok(())
}
