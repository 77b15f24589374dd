//! A message is put together from pieces in any order.

use std::net::UdpSocket;
use std::time::Duration;

use super::exercise::receive;

const PIECE: usize = 700;

pub fn main() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let limit = Some(Duration::from_secs(10));
    receiver.set_read_timeout(limit).expect("a timeout");
    let sender = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    sender
        .connect(receiver.local_addr().expect("an address"))
        .expect("an address");
    let send = |datagram: &[u8]| _ = sender.send(datagram).expect("the receiver is there");

    let message: Vec<u8> = (0..10_000).map(|n| (n % 251) as u8).collect();
    let pieces = cut(&message);
    let last = pieces.len() - 1;

    pieces.iter().for_each(|piece| send(piece));
    let received = receive(&receiver).expect("all pieces were sent");
    assert!(received == message, "the pieces in order make the message");
    println!("✓ {} pieces in order", pieces.len());

    pieces.iter().rev().for_each(|piece| send(piece));
    let received = receive(&receiver).expect("all pieces were sent");
    assert!(
        received == message,
        "the pieces belong in the order of their numbers"
    );
    println!("✓ in reverse");

    for piece in [last, 3, 0, 3, 3] {
        send(&pieces[piece]);
    }
    pieces[1..last].iter().for_each(|piece| send(piece));
    let received = receive(&receiver).expect("all pieces were sent");
    assert!(received == message, "a piece that comes twice counts once");
    println!("✓ with doubles");

    send(&pieces[5]);
    for nonsense in [
        &b""[..],
        b"\0\x01\0",
        b"\xff\xff\0\x0fafter the last",
        b"\0\0\0\0",
    ] {
        send(nonsense);
    }
    pieces.iter().for_each(|piece| send(piece));
    let received = receive(&receiver).expect("all pieces were sent");
    assert!(received == message, "what cannot be a piece is passed over");
    println!("✓ with nonsense in between");
}

/// The datagrams of a message.
fn cut(message: &[u8]) -> Vec<Vec<u8>> {
    let pieces = message.chunks(PIECE);
    let count = pieces.len() as u16;
    let datagram = |(number, piece): (u16, &[u8])| {
        [&number.to_be_bytes()[..], &count.to_be_bytes(), piece].concat()
    };
    (0..).zip(pieces).map(datagram).collect()
}
