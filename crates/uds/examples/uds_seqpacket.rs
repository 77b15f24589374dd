//! A sequenced packet socket is a connection with boundaries: two sends are two receives.
//!
//! On a stream two writes may come in one read, so each protocol puts a length before its messages
//! or a line end behind them. `SOCK_SEQPACKET` keeps messages apart and still has an accept, an order and an
//! end. The price: a message that is longer than the buffer is cut, which must be asked for
//! (`MSG_TRUNC`) to be noticed. In Go it is the network "unixpacket".
//!
//! Linux only: macOS does not know the type for Unix-domain sockets.
//!
//! ```syscalls
//! socketpair(AF_UNIX, SOCK_SEQPACKET|SOCK_CLOEXEC, 0, *) = 0
//! recvfrom(*, "one", *) = 3
//! recvfrom(*, "two", *) = 3
//! ```

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;

    use uds::seqpacket::{ReceiveError, Seqpacket};

    let mut buffer = [0; 100];
    let (mut one, mut other) = UnixStream::pair()?;
    one.write_all(b"one")?;
    one.write_all(b"two")?;
    let length = other.read(&mut buffer)?;
    println!(
        "stream: two writes, one read of {:?}",
        buffer[..length].escape_ascii().to_string()
    );
    assert_eq!(&buffer[..length], b"onetwo");

    let (one, other) = Seqpacket::pair()?;
    one.send(b"one")?;
    one.send(b"two")?;
    for expected in [b"one", b"two"] {
        let length = other.receive(&mut buffer)?.expect("a message");
        println!(
            "seqpacket: {:?}",
            buffer[..length].escape_ascii().to_string()
        );
        assert_eq!(&buffer[..length], expected);
    }

    one.send(&[7; 60])?;
    let cut = other.receive(&mut buffer[..8]).unwrap_err();
    println!("a short buffer: {cut}");
    assert!(matches!(
        cut,
        ReceiveError::Truncated {
            message: 60,
            buffer: 8
        }
    ));

    drop(one);
    println!(
        "and an end, as a stream has: {:?}",
        other.receive(&mut buffer)?
    );
    assert_eq!(other.receive(&mut buffer)?, None);
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
