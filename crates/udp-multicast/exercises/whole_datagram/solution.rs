//! One receive takes one datagram and drops what does not fit: the longest has to fit.
//!
//! An empty datagram is a message like others. A socket of datagrams has no end.

use std::io;
use std::net::UdpSocket;

/// What a 16-bit length leaves of a packet behind the two shortest headers.
const LONGEST: usize = 65_507;

/// The next datagram.
pub fn receive(socket: &UdpSocket) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; LONGEST];
    let length = socket.recv(&mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}
