//! A map from number to piece takes them in any order, and a double replaces what is equal to it.
//!
//! What comes from the network is looked at before it is believed: a number at or above the count
//! is no piece, and a panic would be a stranger's to cause.

use std::collections::BTreeMap;
use std::io;
use std::net::UdpSocket;

/// The next message, whole.
pub fn receive(socket: &UdpSocket) -> io::Result<Vec<u8>> {
    let mut pieces = BTreeMap::new();
    let mut buffer = [0; 2048];
    loop {
        let length = socket.recv(&mut buffer)?;
        let Some((number, count, piece)) = parse(&buffer[..length]) else {
            continue;
        };
        if number < count {
            pieces.insert(number, piece.to_vec());
        }
        if !pieces.is_empty() && pieces.len() == count {
            return Ok(pieces.into_values().collect::<Vec<_>>().concat());
        }
    }
}

/// The number, how many there are, and the piece.
fn parse(datagram: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (number, rest) = datagram.split_first_chunk()?;
    let (count, piece) = rest.split_first_chunk()?;
    let number_of = |bytes| usize::from(u16::from_be_bytes(bytes));
    Some((number_of(*number), number_of(*count), piece))
}
