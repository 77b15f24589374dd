//! A timeout ends one silent read; only a deadline also ends a peer that sends a byte now and then.
//!
//! `set_read_timeout` gives each read its own limit, and each byte that comes begins it anew: two
//! hundred clients that send a byte a second hold two hundred workers for ever. The cure is a point in
//! time, and each read gets what is left until then. Go's `SetReadDeadline` takes a point in time for
//! this reason, and stays in force until it is set again.
//!
//! ```syscalls
//! recvfrom($silent, *, 16, *) = -1 EAGAIN (*)
//! recvfrom($dripping, ".", 1, *) = 1
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const LIMIT: Duration = Duration::from_millis(200);
/// Kernels count these limits in ticks.
const TICK: Duration = Duration::from_millis(10);

fn main() -> io::Result<()> {
    let (mut reader, silent) = connected()?;
    reader.set_read_timeout(Some(LIMIT))?;
    let start = Instant::now();
    let error = reader.read(&mut [0; 16]).unwrap_err();
    println!(
        "silence:        {error} ({:?}) after {:.0?}",
        error.kind(),
        start.elapsed()
    );
    assert!(is_timeout(&error));
    assert!(start.elapsed() + TICK >= LIMIT);
    drop(silent);

    let (mut reader, mut dripping) = connected()?;
    let sender = thread::spawn(move || {
        // A byte each time, for as long as somebody listens.
        while dripping.write_all(b".").is_ok() {
            thread::sleep(Duration::from_millis(10));
        }
    });
    let start = Instant::now();
    let mut received = Vec::new();
    let error = read_line_until(&mut reader, &mut received, start + LIMIT).unwrap_err();
    println!(
        "drip by drip:   {} bytes and no line after {:.0?}: {error}",
        received.len(),
        start.elapsed()
    );
    assert!(is_timeout(&error));
    assert!(start.elapsed() + TICK >= LIMIT);
    assert!(!sender.is_finished(), "the peer would have gone on");
    drop(reader);
    sender.join().expect("the sender does not panic");
    Ok(())
}

/// Reads up to a line's end. Each read may take what is left of the time, and no more.
fn read_line_until(
    connection: &mut TcpStream,
    line: &mut Vec<u8>,
    deadline: Instant,
) -> io::Result<()> {
    let mut byte = [0];
    while !line.ends_with(b"\n") {
        let left = deadline.saturating_duration_since(Instant::now());
        // A timeout of zero would mean none, and std refuses it.
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        connection.set_read_timeout(Some(left))?;
        connection.read_exact(&mut byte)?;
        line.extend(byte);
    }
    Ok(())
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let reader = TcpStream::connect(listener.local_addr()?)?;
    Ok((reader, listener.accept()?.0))
}
