//! A datagram to everybody on the link is refused, unless the socket said that it means it.
//!
//! A broadcast wakes every machine of the network, whether or not anybody there listens. So the kernel
//! wants `SO_BROADCAST` first: a wrong netmask must not make a program shout by accident. Multicast
//! wakes only those who asked; IPv6 has no broadcast at all. Linux treats 127.255.255.255 as
//! loopback's broadcast address. On macOS loopback has none, and the lesson ends with the refusal.
//!
//! Go's net package sets `SO_BROADCAST` on every datagram socket.
//!
//! ```syscalls
//! sendto($sender, "hello, all", 10, *) = -1 EACCES (*)
//! setsockopt($sender, SOL_SOCKET, SO_BROADCAST, [1], 4) = 0
//! sendto($sender, "hello, all", 10, *) = 10
//! recvfrom(*, "hello, all", *) = 10
//! ```

use std::io::{self, ErrorKind};
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

fn main() -> io::Result<()> {
    let receiver = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
    let port = receiver.local_addr()?.port();
    let sender = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;

    if cfg!(target_os = "macos") {
        let error = sender.send_to(b"hello, all", (Ipv4Addr::BROADCAST, port));
        println!("without SO_BROADCAST: {}", error.unwrap_err());
        return Ok(());
    }

    let everybody = (Ipv4Addr::new(127, 255, 255, 255), port);
    let error = sender.send_to(b"hello, all", everybody).unwrap_err();
    println!("without SO_BROADCAST: {error}");
    assert_eq!(error.kind(), ErrorKind::PermissionDenied);

    sender.set_broadcast(true)?;
    sender.send_to(b"hello, all", everybody)?;
    let mut buffer = [0; 100];
    let (len, from) = receiver.recv_from(&mut buffer)?;
    println!(
        "with it: {:?} from {from}",
        String::from_utf8_lossy(&buffer[..len])
    );
    assert_eq!(&buffer[..len], b"hello, all");
    assert_eq!(from.port(), sender.local_addr()?.port());
    Ok(())
}
