//! A server with a worker for each connection lets nobody wait behind a silent client.
//!
//! `accept` in a loop, and a thread for each connection that comes out of it: the smallest server that
//! is one. In Go the thread is a goroutine, `go handle(connection)`. A loop that serves each client to
//! its end before it accepts the next is a line shorter, and anyone can stop it by saying nothing.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

fn main() -> io::Result<()> {
    let one_by_one = start(|connection| {
        serve(connection).expect("lines come and go");
    })?;
    let silent = TcpStream::connect(one_by_one)?;
    let mut second = TcpStream::connect(one_by_one)?;
    second.write_all(b"hello\n")?;
    second.set_read_timeout(Some(Duration::from_millis(100)))?;
    let waiting = second.read(&mut [0; 6]).unwrap_err();
    println!("one by one: the second client waits for the silent first ({waiting})");
    assert!(matches!(
        waiting.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    drop(silent);
    println!("    the first leaves:  {}", line_from(&second)?);

    let with_workers = start(|connection| {
        thread::spawn(|| serve(connection).expect("lines come and go"));
    })?;
    let mut silent = TcpStream::connect(with_workers)?;
    let mut second = TcpStream::connect(with_workers)?;
    second.write_all(b"hello\n")?;
    println!("a worker for each:     {}", line_from(&second)?);
    silent.write_all(b"hello at last\n")?;
    let at_last = line_from(&silent)?;
    println!("    and the first:     {at_last}");
    assert_eq!(at_last, "HELLO AT LAST");
    Ok(())
}

/// A server whose loop gives each connection to `handle`; it ends with the process.
fn start(handle: impl Fn(TcpStream) + Send + 'static) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming() {
            handle(connection.expect("a connection"));
        }
    });
    Ok(address)
}

/// Answers each line with itself in capitals, until the client closes.
fn serve(connection: TcpStream) -> io::Result<()> {
    for line in BufReader::new(&connection).lines() {
        let answer = line?.to_uppercase() + "\n";
        (&connection).write_all(answer.as_bytes())?;
    }
    Ok(())
}

fn line_from(connection: &TcpStream) -> io::Result<String> {
    connection.set_read_timeout(Some(PATIENCE))?;
    let mut line = String::new();
    BufReader::new(connection).read_line(&mut line)?;
    Ok(line.trim_end().to_owned())
}
