//! Two listeners share a port, and each gets a copy of all that is sent to the group.
//!
//! ```syscalls
//! setsockopt($one, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind($one, *) = 0
//! setsockopt($one, SOL_IP, IP_ADD_MEMBERSHIP, *) = 0
//! setsockopt($two, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0
//! bind($two, *) = 0
//! ```

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::process;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::exercise::listen;

pub fn main() {
    let group = Ipv4Addr::new(239, 255, 73, 90);
    let one = listen(group, 0).expect("the system chooses a port");
    let port = one.local_addr().expect("an address").port();
    let two = listen(group, port).expect("the port is to be shared with the first listener");
    assert_eq!(
        two.local_addr().expect("an address").port(),
        port,
        "the same port"
    );
    println!("✓ two listeners share port {port}");

    let sender = Socket::new(Domain::IPV4, Type::DGRAM, None).expect("a socket");
    let loopback = Ipv4Addr::LOCALHOST;
    sender.set_multicast_if_v4(&loopback).expect("an interface");
    // Somebody else may share the port as well, and send to the group.
    let texts = [1, 2].map(|number| format!("{number} from process {}", process::id()));
    for text in &texts {
        let address = SocketAddr::from((group, port));
        sender
            .send_to(text.as_bytes(), &address.into())
            .expect("loopback takes it");
    }
    for (listener, name) in [(one, "first"), (two, "second")] {
        let limit = Some(Duration::from_secs(10));
        listener.set_read_timeout(limit).expect("a timeout");
        for text in &texts {
            hear(&listener, text, name);
        }
        println!("✓ the {name} listener hears all that is sent to the group");
    }
}

/// Receives until `text` comes, and nothing else of this process.
fn hear(listener: &UdpSocket, text: &str, name: &str) {
    let own = format!(" from process {}", process::id());
    let mut buffer = [0; 100];
    loop {
        let length = listener.recv(&mut buffer);
        let length =
            length.unwrap_or_else(|error| panic!("the {name} listener: no {text:?}: {error}"));
        let heard = String::from_utf8_lossy(&buffer[..length]);
        if heard.ends_with(&own) {
            assert_eq!(
                heard, text,
                "the {name} listener hears each datagram once, in order"
            );
            return;
        }
    }
}
