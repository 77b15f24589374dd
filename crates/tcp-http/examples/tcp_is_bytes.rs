//! TCP carries bytes and no messages: three writes are one read, or one write is many reads.
//!
//! A program that takes each `read` for a message passes all its tests on one machine and fails on the
//! first busy network. Where a message ends has to be in the bytes themselves: a length before it, or
//! a mark behind it. HTTP uses both. Go's `conn.Read` promises exactly as little.
//!
//! ```syscalls
//! sendto($out, "\0\3one", 5, *) = 5
//! sendto($out, "\0\3two", 5, *) = 5
//! sendto($out, "\0\5three", 7, *) = 7
//! recvfrom($in, "\0\3one\0\3two\0\5three", 64, 0, *) = 17
//! ```

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

const MESSAGES: [&str; 3] = ["one", "two", "three"];

fn main() -> io::Result<()> {
    let (mut sender, mut receiver) = connected()?;
    let mut sent = 0;
    for message in MESSAGES {
        sent += sender.write(&frame(message))?;
    }
    wait_for(&receiver, sent)?;
    let mut buffer = [0; 64];
    let received = receiver.read(&mut buffer)?;
    println!("three writes, one read:   {received} bytes");
    assert_eq!(received, sent);

    sender.write_all(&frame("a long message"))?;
    let (mut reads, mut received) = (0, 0);
    while received < 16 {
        received += receiver.read(&mut buffer[..5])?;
        reads += 1;
    }
    println!("one write, {reads} reads:       {received} bytes");
    assert!(reads >= 4, "each read has room for 5 of 16 bytes");

    for message in MESSAGES {
        sender.write_all(&frame(message))?;
    }
    for message in MESSAGES {
        let received = read_message(&mut receiver)?;
        println!("by its length, a message: {received}");
        assert_eq!(received, message);
    }
    Ok(())
}

/// Two bytes of length, the most significant first, and the message.
fn frame(message: &str) -> Vec<u8> {
    let length = u16::try_from(message.len()).expect("a short message");
    [&length.to_be_bytes(), message.as_bytes()].concat()
}

/// However the bytes are cut, `read_exact` goes on until it has them.
fn read_message(connection: &mut impl Read) -> io::Result<String> {
    let mut length = [0; 2];
    connection.read_exact(&mut length)?;
    let mut message = vec![0; u16::from_be_bytes(length).into()];
    connection.read_exact(&mut message)?;
    Ok(String::from_utf8_lossy(&message).into_owned())
}

/// Waits until so many bytes are in the kernel's buffer, and leaves them there.
fn wait_for(receiver: &TcpStream, count: usize) -> io::Result<()> {
    let mut buffer = [0; 64];
    while receiver.peek(&mut buffer)? < count {
        std::thread::yield_now();
    }
    Ok(())
}

fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let sender = TcpStream::connect(listener.local_addr()?)?;
    let (receiver, _) = listener.accept()?;
    sender.set_nodelay(true)?;
    receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok((sender, receiver))
}
