//! A handshake costs a round trip: the first byte crosses after three messages instead of one.
//!
//! TCP asks (SYN), is answered (SYN+ACK), and only then may send: a byte arrives one and a half round
//! trips after `connect`, a datagram half of one after `send`. TLS adds one or two. It buys that both
//! sides know the other to be there, and where its numbers begin. QUIC sends the handshakes of both
//! layers in one, TCP Fast Open puts data into the SYN.
//!
//! The kernel's own handshake cannot be slowed down without being root, so this sends the same messages
//! as datagrams, over a relay that takes 20 ms each way.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

const ONE_WAY: Duration = Duration::from_millis(20);

fn main() -> io::Result<()> {
    let at_once = deliver(&["data"])?;
    println!("data at once: arrived after {at_once:?}");
    assert!(at_once >= ONE_WAY);

    let with_handshake = deliver(&["SYN", "SYN+ACK", "ACK and data"])?;
    println!("after a handshake: arrived after {with_handshake:?}");
    assert!(with_handshake >= 3 * ONE_WAY);
    Ok(())
}

/// Sends the messages in turn, client first, each when the one before has come. Returns when the
/// last one was there.
fn deliver(messages: &[&str]) -> io::Result<Duration> {
    let (client, server) = (socket()?, socket()?);
    let relay = socket()?;
    let ends = [client.local_addr()?, server.local_addr()?];
    client.connect(relay.local_addr()?)?;
    server.connect(relay.local_addr()?)?;
    let crossings = messages.len();
    let relaying = thread::spawn(move || forward(&relay, ends, crossings));

    let start = Instant::now();
    let mut ends = (&client, &server);
    for message in messages {
        ends.0.send(message.as_bytes())?;
        let mut buffer = [0; 100];
        let len = ends.1.recv(&mut buffer)?;
        assert_eq!(&buffer[..len], message.as_bytes());
        ends = (ends.1, ends.0);
    }
    let elapsed = start.elapsed();
    relaying.join().expect("the relay does not panic")?;
    Ok(elapsed)
}

/// A wire of some length: what comes from one end goes to the other, later.
fn forward(relay: &UdpSocket, ends: [SocketAddr; 2], crossings: usize) -> io::Result<()> {
    for _ in 0..crossings {
        let mut buffer = [0; 100];
        let (len, from) = relay.recv_from(&mut buffer)?;
        thread::sleep(ONE_WAY);
        let to = if from == ends[0] { ends[1] } else { ends[0] };
        relay.send_to(&buffer[..len], to)?;
    }
    Ok(())
}

fn socket() -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(socket)
}
