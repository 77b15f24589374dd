//! Takes every datagram that is there, and does not wait for another.
//!
//! `take` returns all datagrams that wait at a socket, each of up to 2048 bytes, also when there is
//! none. The version below finds out that nothing is left by waiting for it, a twentieth of a
//! second each time. The socket is a blocking one, and has to be so afterwards.
//!
//! Checked: ten datagrams, none, an empty one, the socket's state; and on Linux that the kernel was
//! asked without waiting.
//!
//! Lesson: udp-multicast/udp-connected

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::time::Duration;

/// What waits at `socket` now.
pub fn take(socket: &UdpSocket) -> io::Result<Vec<Vec<u8>>> {
    socket.set_read_timeout(Some(Duration::from_millis(50)))?;
    let mut taken = Vec::new();
    let result = loop {
        let mut datagram = vec![0; 2048];
        match socket.recv(&mut datagram) {
            Ok(length) => {
                datagram.truncate(length);
                taken.push(datagram);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => break Ok(taken),
            Err(error) => break Err(error),
        }
    };
    socket.set_read_timeout(None)?;
    result
}
