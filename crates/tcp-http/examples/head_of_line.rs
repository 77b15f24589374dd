//! On one connection a slow first answer delays the second by its whole time; on two it does not.
//!
//! Answers leave in the order of the requests, so whoever is behind a slow one waits with it. Browsers
//! therefore opened six connections to each server, and then HTTP/2 cut answers into frames with a
//! number, so that many can be on their way in one connection (see http2-frames). A lost packet still
//! stops all of them, since TCP keeps the order of bytes; that is what QUIC, under HTTP/3, changes.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::RwLock;
use std::thread;
use std::time::{Duration, Instant};

/// The answer to /slow is ready when nobody holds this.
static SLOW: RwLock<()> = RwLock::new(());
const HELD: Duration = Duration::from_millis(100);

fn main() -> io::Result<()> {
    let address = start()?;
    let held = SLOW.write().expect("nobody panicked");

    let start = Instant::now();
    let mut one = connect(address)?;
    one.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\n\r\n")?;
    let mut other = connect(address)?;
    other.write_all(b"GET /fast HTTP/1.1\r\nHost: x\r\n\r\n")?;

    let answer = read_body(&mut BufReader::new(&other))?;
    println!(
        "the other connection: {answer:?} after {:.1?}",
        start.elapsed()
    );
    assert_eq!(answer, "/fast");

    one.set_read_timeout(Some(HELD))?;
    let error = one.read(&mut [0; 1]).unwrap_err();
    println!(
        "the one connection:   nothing after {:.1?}",
        start.elapsed()
    );
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));

    drop(held);
    one.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut reader = BufReader::new(&one);
    for expected in ["/slow", "/fast"] {
        let answer = read_body(&mut reader)?;
        println!(
            "the one connection:   {answer:?} after {:.1?}",
            start.elapsed()
        );
        assert_eq!(answer, expected);
    }
    Ok(())
}

/// A server with a worker for each connection, which answers one request after the other.
fn start() -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming() {
            let connection = connection.expect("a connection");
            thread::spawn(move || serve(&connection).expect("a client that stays"));
        }
    });
    Ok(address)
}

fn serve(mut connection: &TcpStream) -> io::Result<()> {
    for line in BufReader::new(connection).lines() {
        let line = line?;
        let Some(path) = line.split(' ').nth(1).filter(|path| path.starts_with('/')) else {
            continue;
        };
        if path == "/slow" {
            drop(SLOW.read().expect("nobody panicked"));
        }
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", path.len());
        connection.write_all((head + path).as_bytes())?;
    }
    Ok(())
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(connection)
}

/// Passes over a head; bodies here are five bytes long.
fn read_body(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let mut body = [0; 5];
    reader.read_exact(&mut body)?;
    Ok(String::from_utf8_lossy(&body).into_owned())
}
