//! Receives datagrams whole, however long they are, and also those of no length.
//!
//! `receive` returns the next datagram. The version below is written as if for TCP: what does not
//! fit would come with the next read, and nothing means the end. With datagrams neither is so.
//!
//! Checked: datagrams of several lengths, up to the longest that there is; an empty one.
//!
//! Lesson: udp-multicast/udp-message-boundary

use std::io::{self, ErrorKind};
use std::net::UdpSocket;

/// The next datagram.
pub fn receive(socket: &UdpSocket) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; 1024];
    match socket.recv(&mut buffer)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        length => {
            buffer.truncate(length);
            Ok(buffer)
        }
    }
}
