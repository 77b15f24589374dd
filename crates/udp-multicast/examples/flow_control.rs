//! A reader that does not read stops the writer: over TCP with `EAGAIN`, over ours with a window of 0.
//!
//! The receiver says with each acknowledgement how much room its buffer has. When the application
//! does not read, that falls to 0, and the sender may not send; its own buffer fills, and then `write`
//! waits, or says `EAGAIN` on a non-blocking socket. Nothing is lost and nobody had to be told: the
//! slowness itself goes back along the line. When the reader reads, all goes on.
//!
//! UDP has nothing of it: what does not fit into the receiver's buffer is dropped. Go's `Write` parks the
//! goroutine on `EAGAIN`; Rust's is `ErrorKind::WouldBlock`.
//!
//! ```syscalls
//! sendto($socket, *) = -1 EAGAIN (*)
//! recvfrom($reader, *, 1048576, *) = *
//! sendto($socket, *, 65536, *) = *
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::time::Duration;

use udp_multicast::link::{Conditions, Flow, Link, run};
use udp_multicast::transfer::in_memory::{Download, Upload};
use udp_multicast::transfer::receiver::ReceiveConfig;

/// Writes until the kernel takes no more.
fn fill(socket: &mut TcpStream) -> io::Result<usize> {
    let mut taken = 0;
    loop {
        match socket.write(&[0; 65_536]) {
            Ok(count) => taken += count,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(taken),
            Err(error) => return Err(error),
        }
    }
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let mut writer = TcpStream::connect(listener.local_addr()?)?;
    let (mut reader, _) = listener.accept()?;
    writer.set_nonblocking(true)?;
    let taken = fill(&mut writer)?;
    println!("TCP took {taken} bytes that nobody has read, then EAGAIN");
    assert!(taken > 0);
    let (mut buffer, mut read, mut more) = (vec![0; 1 << 20], 0, 0);
    // How much has to be read before the kernel takes more is its own affair.
    while more == 0 {
        read += reader.read(&mut buffer)?;
        more = fill(&mut writer)?;
    }
    println!("after {read} bytes were read it took {more} more");

    // Ours: a buffer of 50 000 bytes, and a reader that sleeps for a minute at a time.
    let mut near = Upload::new(Default::default(), vec![1; 120_000], 1);
    let config = ReceiveConfig {
        buffer: 50_000,
        ..ReceiveConfig::default()
    };
    let mut far = Download::new(config, 2).slowly(50_000, Duration::from_secs(60));
    let mut link = Link::new(3, Conditions::default());
    let before_second_read = Duration::from_secs(50);
    run(
        &mut link,
        &mut [Flow::new(&mut near, &mut far)],
        before_second_read,
    );
    let (read, waiting) = (far.bytes().len(), far.receiver.readable());
    println!(
        "ours: {read} bytes read, {waiting} wait in a buffer of 50000, {} in flight",
        near.sender.in_flight()
    );
    assert!(waiting > 45_000 && waiting <= 50_000);
    assert_eq!(near.sender.in_flight(), 0);

    let flow = Flow::new(&mut near, &mut far).starting(before_second_read);
    let end = run(&mut link, &mut [flow], Duration::from_secs(600));
    assert_eq!(far.bytes(), vec![1; 120_000]);
    println!("all of it after {end:.0?} of virtual time");
    Ok(())
}
