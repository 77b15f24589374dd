//! The first write after the peer has closed succeeds; only the second one fails.
//!
//! A close says "I send no more". It does not say "I receive no more", since half-closed connections
//! exist, so the kernel lets the first write out. The peer's kernel, where the socket is gone, answers
//! with a reset, and the next write hears of it: EPIPE. This is why a client with a kept connection
//! may write a whole request and learn only when it reads the answer that it was for nobody.
//!
//! Rust and Go ignore SIGPIPE (Go for sockets), which would end the program at that write.
//!
//! ```syscalls
//! recvfrom($client, "", *) = 0
//! sendto($client, "first", 5, *) = 5
//! sendto($client, "second", 6, *) = -1 EPIPE (*)
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    client.set_read_timeout(Some(PATIENCE))?;
    let (server, _) = listener.accept()?;

    drop(server);
    let end = client.read(&mut [0; 16])?;
    println!("the peer has closed: read gives {end}");
    assert_eq!(end, 0);

    let first = client.write(b"first")?;
    println!("the first write:     {first} bytes, as if all were well");
    assert_eq!(first, 5);

    let reset = wait_for_reset(&client)?;
    println!("the reset arrives:   {reset}");
    let second = client.write(b"second").unwrap_err();
    println!("the second write:    {second}");
    assert_eq!(second.kind(), ErrorKind::BrokenPipe);
    Ok(())
}

/// The error that the kernel keeps for the socket, as soon as there is one.
fn wait_for_reset(connection: &TcpStream) -> io::Result<io::Error> {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(error) = connection.take_error()? {
            return Ok(error);
        }
        thread::sleep(Duration::from_millis(1));
    }
    Err(io::Error::new(ErrorKind::TimedOut, "no reset came"))
}
