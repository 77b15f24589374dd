//! Local datagrams are not dropped: when the receiver's queue is full, the sender waits.
//!
//! UDP has to drop what does not fit, since the sender is far away. Here the kernel can let the sender
//! sleep, so that a slow receiver slows its senders down and gets every message. A non-blocking sender
//! gets EAGAIN. The queue counts messages (`net.unix.max_dgram_qlen`), not only bytes. A whole system
//! can so hang on one log daemon that does not read: programs that must go on send without blocking.
//!
//! Linux only: macOS gives ENOBUFS at once, blocking or not.
//!
//! ```syscalls
//! write($sender, *, 4) = -1 EAGAIN (*)
//! ```

#[cfg(target_os = "linux")]
fn main() -> std::io::Result<()> {
    use std::io::ErrorKind;
    use std::os::unix::net::UnixDatagram;
    use std::thread;

    const MESSAGES: u32 = 2000;

    let (sender, receiver) = UnixDatagram::pair()?;
    sender.set_nonblocking(true)?;
    let mut queued = 0_u32;
    let full = loop {
        match sender.send(&queued.to_le_bytes()) {
            Ok(_) => queued += 1,
            Err(error) => break error,
        }
    };
    println!("{queued} messages fit into the queue, then: {full}");
    assert_eq!(full.kind(), ErrorKind::WouldBlock);
    assert!(queued < MESSAGES);

    sender.set_nonblocking(false)?;
    let sending = thread::spawn(move || -> std::io::Result<()> {
        for number in queued..MESSAGES {
            sender.send(&number.to_le_bytes())?; // sleeps while the queue is full
        }
        Ok(())
    });
    for expected in 0..MESSAGES {
        let mut message = [0; 4];
        assert_eq!(receiver.recv(&mut message)?, 4);
        assert_eq!(u32::from_le_bytes(message), expected);
    }
    sending.join().expect("the sender does not panic")?;
    println!("{MESSAGES} sent with waiting, {MESSAGES} received, in order");
    Ok(())
}

#[cfg(not(target_os = "linux"))]
fn main() {}
