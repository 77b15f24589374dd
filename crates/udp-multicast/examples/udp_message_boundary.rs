//! One receive takes one datagram: a short buffer loses its rest, and an empty one counts too.
//!
//! A TCP stream has bytes and no borders; a read takes what is there. Here each send is a message of
//! its own: two are never joined, and what does not fit into the buffer is gone. `recv` then returns
//! the buffer's length, as if all had been there. (`recvmsg(2)` says `MSG_TRUNC`; make the buffer one
//! byte longer than the longest message, and a full one is too long.) A length of 0 is no end of
//! file: UDP has none.
//!
//! In Go, `ReadFrom` does the same, and a `bufio.Reader` around a UDP socket is a mistake.
//!
//! ```syscalls
//! sendto($sender, "hello world", 11, *) = 11
//! sendto($sender, "", 0, *) = 0
//! sendto($sender, "next", 4, *) = 4
//! recvfrom($receiver, "hello", 5, *) = 5
//! recvfrom($receiver, "", *) = 0
//! recvfrom($receiver, "next", *) = 4
//! ```

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

fn main() -> io::Result<()> {
    let receiver = UdpSocket::bind("127.0.0.1:0")?;
    receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
    let sender = UdpSocket::bind("127.0.0.1:0")?;
    sender.connect(receiver.local_addr()?)?;
    for message in ["hello world", "", "next"] {
        sender.send(message.as_bytes())?;
    }

    let mut short = [0; 5];
    assert_eq!(receiver.recv(&mut short)?, 5);
    println!("into 5 bytes: {:?}", String::from_utf8_lossy(&short));
    assert_eq!(&short, b"hello");

    let mut buffer = [0; 100];
    let len = receiver.recv(&mut buffer)?;
    println!("then {len} bytes: not \" world\", which is gone, but the empty datagram");
    assert_eq!(len, 0);

    let len = receiver.recv(&mut buffer)?;
    println!("then {:?}", String::from_utf8_lossy(&buffer[..len]));
    assert_eq!(&buffer[..len], b"next");
    Ok(())
}
