//! One receive is one datagram, all of it.

use std::net::UdpSocket;
use std::time::Duration;

use super::exercise::receive;

/// macOS sends no longer ones unless told to.
const LONGEST: usize = if cfg!(target_os = "macos") {
    9216
} else {
    65_507
};

pub fn main() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let limit = Some(Duration::from_secs(10));
    receiver.set_read_timeout(limit).expect("a timeout");
    let sender = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = receiver.local_addr().expect("an address");

    for length in [5, 1024, 1025, 1472, 9000, LONGEST, 1] {
        let sent: Vec<u8> = (0..length).map(|n| n as u8).collect();
        sender.send_to(&sent, address).expect("loopback takes it");
        let received = receive(&receiver).expect("a datagram is there");
        assert_eq!(
            received.len(),
            length,
            "a datagram of {length} bytes is to come whole"
        );
        assert!(
            received == sent,
            "the bytes of a datagram of {length} bytes"
        );
        println!("✓ a datagram of {length} bytes");
    }

    for text in ["", "after it"] {
        sender
            .send_to(text.as_bytes(), address)
            .expect("loopback takes it");
    }
    let received = receive(&receiver).expect("an empty datagram is a message, and no end");
    assert!(
        received.is_empty(),
        "the empty datagram comes first, but got {received:?}"
    );
    let received = receive(&receiver).expect("the datagram after it");
    assert_eq!(received, b"after it", "the datagram after the empty one");
    println!("✓ an empty datagram, and the one after it");
}
