//! What is there is taken, and nobody waits for more.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! recvfrom(*) = -1 EAGAIN (*)
//! recvfrom(*) = -1 EAGAIN (*)
//! !setsockopt(*, SOL_SOCKET, SO_RCVTIMEO*)
//! ```

use std::net::UdpSocket;

use nix::fcntl::{FcntlArg, OFlag, fcntl};

use super::exercise::take;

pub fn main() {
    let receiver = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let sender = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    sender
        .connect(receiver.local_addr().expect("an address"))
        .expect("an address");

    let sent: Vec<Vec<u8>> = (0..10).map(|length| vec![b'x'; 100 * length]).collect();
    for datagram in &sent {
        // Loopback delivers before `send` returns.
        sender.send(datagram).expect("the receiver is there");
    }
    let taken = take(&receiver).expect("a socket");
    let lengths: Vec<usize> = taken.iter().map(Vec::len).collect();
    assert_eq!(
        lengths,
        [0, 100, 200, 300, 400, 500, 600, 700, 800, 900],
        "ten datagrams"
    );
    assert_eq!(taken, sent, "the bytes of the datagrams");
    println!("✓ ten datagrams are taken, the empty one too");

    let taken = take(&receiver).expect("that there is none is no error");
    assert!(taken.is_empty(), "none waits, but got {taken:?}");
    println!("✓ none is no error");

    let flags = fcntl(&receiver, FcntlArg::F_GETFL).expect("a socket has flags");
    let flags = OFlag::from_bits_retain(flags);
    assert!(
        !flags.contains(OFlag::O_NONBLOCK),
        "the socket was blocking, and is to be so"
    );
    let timeout = receiver.read_timeout().expect("a socket");
    assert_eq!(
        timeout, None,
        "the socket had no timeout, and is to have none"
    );
    println!("✓ the socket is as before");
}
