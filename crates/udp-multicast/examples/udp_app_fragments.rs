//! A megabyte does not fit into a datagram; cut and numbered by us it arrives equal in any order.
//!
//! The kernel refuses a datagram of more than 65 507 bytes with `EMSGSIZE`. Below that, but above what
//! a line carries at once, IP cuts it in pieces, and when one piece is lost all are: large datagrams
//! are worse than many small ones. So programs cut for themselves, to about 1200 bytes, and number the
//! pieces. Here they cross a link that changes their order; nothing is lost on it (the next lessons
//! are about that).
//!
//! Go's `UDPConn.Write` and Rust's `UdpSocket::send` both give the error as it is. On macOS datagrams
//! are limited to 9216 bytes, unless the socket's send buffer is made larger.
//!
//! ```syscalls
//! connect($socket, {sa_family=AF_INET, *}, 16) = 0
//! sendto($socket, *, 1000000, *) = -1 EMSGSIZE (*)
//! sendto($socket, *, 1200, *) = 1200
//! ```

use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

use udp_multicast::link::{Conditions, Direction, Link, Random};

const PIECE: usize = 1196;

fn main() -> io::Result<()> {
    let mut random = Random::new(1);
    let bytes: Vec<u8> = (0..1_000_000).map(|_| random.number() as u8).collect();

    let receiver = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let sender = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    sender.connect(receiver.local_addr()?)?;
    let refused = sender.send(&bytes).unwrap_err();
    println!("1000000 bytes at once: {refused}");
    assert_eq!(refused.raw_os_error(), Some(nix::libc::EMSGSIZE));
    assert_eq!(sender.send(&bytes[..1200])?, 1200);

    let mut link = Link::new(
        2,
        Conditions {
            reorder: 0.3,
            ..Conditions::default()
        },
    );
    for (number, piece) in (0_u32..).zip(bytes.chunks(PIECE)) {
        let datagram = [&number.to_be_bytes(), piece].concat();
        let now = Duration::from_micros(100) * number;
        link.send(now, Direction::There, 0, datagram);
    }

    let mut joined = vec![0; bytes.len()];
    let mut numbers = Vec::new();
    while let Some(at) = link.next_arrival() {
        let datagram = link.arrive(at).expect("it said so").datagram;
        let (number, piece) = datagram.split_first_chunk().expect("four bytes");
        let number = u32::from_be_bytes(*number) as usize;
        joined[number * PIECE..][..piece.len()].copy_from_slice(piece);
        numbers.push(number);
    }
    println!(
        "{} pieces, the first as they came: {:?}",
        numbers.len(),
        &numbers[..12]
    );
    assert!(!numbers.is_sorted());
    assert!(joined == bytes);
    Ok(())
}
