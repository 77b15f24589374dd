//! Over HTTP/1.0 a client is one write and one copy; over HTTP/1.1 that copy does not end.
//!
//! HTTP/1.0 marks the end of an answer by closing the connection, which `io::copy` sees as end of
//! file. HTTP/1.1 keeps the connection for the next request: the whole answer has come and the copy
//! waits on. Such a client has to count, by Content-Length or by chunks. A `TcpStream` is a `Write`
//! and a `Read`, as Go's net.Conn is an io.Writer and an io.Reader.
//!
//! ```syscalls
//! sendto($old, "GET / HTTP/1.0*"*, 35, *) = 35
//! recvfrom($old, "HTTP/1.1 200 OK*"*)
//! recvfrom($old, "", *) = 0
//! sendto($kept, "GET / HTTP/1.1*"*, 35, *) = 35
//! recvfrom($kept, "HTTP/1.1 200 OK*"*)
//! recvfrom($kept, *) = -1 EAGAIN (*)
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n";

fn main() -> io::Result<()> {
    let (mut connection, server) = connect_to_server()?;
    connection.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")?;
    let copied = io::copy(&mut connection, &mut io::stdout())?;
    let (request, _) = server.join().expect("the server does not panic")?;
    println!("the server read {request:?}; the copy ended after {copied} bytes");
    assert_eq!(request, "GET / HTTP/1.0\r\nHost: localhost\r\n\r\n");
    assert_eq!(copied, ANSWER.len() as u64);

    let (mut connection, server) = connect_to_server()?;
    connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    io::copy(&mut (&connection).take(ANSWER.len() as u64), &mut answer)?;
    assert_eq!(answer, ANSWER);
    connection.set_read_timeout(Some(Duration::from_millis(100)))?;
    let waiting = io::copy(&mut connection, &mut io::sink()).unwrap_err();
    println!("HTTP/1.1: the whole answer is here, and the copy still waits: {waiting}");
    assert!(matches!(
        waiting.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));

    let (_, kept_alive) = server.join().expect("the server does not panic")?;
    drop(kept_alive.expect("HTTP/1.1 keeps the connection"));
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    assert_eq!(io::copy(&mut connection, &mut io::sink())?, 0);
    Ok(())
}

/// The request, and the connection unless the server has closed it.
type Served = io::Result<(String, Option<TcpStream>)>;

fn connect_to_server() -> io::Result<(TcpStream, JoinHandle<Served>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(listener.accept()?.0));
    let connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok((connection, server))
}

fn serve(mut connection: TcpStream) -> Served {
    let mut request = String::new();
    let mut reader = BufReader::new(&connection);
    while !request.ends_with("\r\n\r\n") && reader.read_line(&mut request)? > 0 {}
    connection.write_all(ANSWER)?;
    let keep_alive = request.starts_with("GET / HTTP/1.1\r\n");
    Ok((request, keep_alive.then_some(connection)))
}
