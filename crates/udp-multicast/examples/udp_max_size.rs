//! A datagram carries at most 65,507 bytes: a 16-bit length, less two headers.
//!
//! 65,535 is what IPv4's length field can say; 20 bytes of IP's header and 8 of UDP's go off. One byte
//! more is refused at once, "message too long". A large one travels in fragments (1500 bytes are
//! usual on a link), and when one of them is lost all are. Hence the advice to stay below 1200 or
//! so. macOS allows 9216 bytes until one asks for a larger send buffer.
//!
//! ```syscalls
//! sendto(*, *, 65507, *) = 65507
//! sendto(*, *, 65508, *) = -1 EMSGSIZE (*)
//! ```

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

use nix::errno::Errno;
use socket2::SockRef;

const MAX: usize = 65_535 - 20 - 8;

fn main() -> io::Result<()> {
    let receiver = UdpSocket::bind("127.0.0.1:0")?;
    receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
    SockRef::from(&receiver).set_recv_buffer_size(200_000)?;
    let sender = UdpSocket::bind("127.0.0.1:0")?;
    sender.connect(receiver.local_addr()?)?;
    SockRef::from(&sender).set_send_buffer_size(200_000)?;

    let bytes: Vec<u8> = (0..=MAX).map(|place| place as u8).collect();
    assert_eq!(sender.send(&bytes[..MAX])?, MAX);
    let mut buffer = vec![0; MAX + 1];
    let received = receiver.recv(&mut buffer)?;
    println!("{received} bytes went through in one datagram");
    assert_eq!(buffer[..received], bytes[..MAX]);

    let error = sender.send(&bytes).unwrap_err();
    println!("{} bytes: {error}", bytes.len());
    assert_eq!(error.raw_os_error(), Some(Errno::EMSGSIZE as i32));
    Ok(())
}
