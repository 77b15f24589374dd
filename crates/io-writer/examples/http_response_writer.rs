//! An HTTP answer is text and bytes written in order; three rules make it one that parses.
//!
//! Each line of the head ends in CR LF (RFC 9112, section 2.1), an empty line ends the head, and
//! Content-Length counts the bytes of the body, not its characters. Go's http.ResponseWriter is an
//! io.Writer for the body, and makes the head by itself.
//!
//! ```syscalls
//! accept4 = $connection
//! recvfrom($connection, "GET / HTTP/1.1*"*)
//! sendto($connection, "HTTP/1.1 200 OK*"*, 136, *) = 136
//! close($connection) = 0
//! ```

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

fn respond(out: &mut impl Write, body: &str) -> io::Result<()> {
    write!(out, "HTTP/1.1 200 OK\r\n")?;
    write!(out, "Content-Type: text/plain; charset=utf-8\r\n")?;
    write!(out, "Content-Length: {}\r\n", body.len())?;
    write!(out, "Connection: close\r\n\r\n")?;
    out.write_all(body.as_bytes())?;
    out.flush()
}

fn main() -> io::Result<()> {
    let body = "¥100 — http.ResponseWriter sample\n";
    assert_ne!(body.len(), body.chars().count());
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || {
        let (connection, _) = listener.accept()?;
        // A close with the request unread would reset the connection, and could lose the answer.
        for line in BufReader::new(&connection).lines() {
            if line?.is_empty() {
                break;
            }
        }
        // `write!` makes a write of each piece: gathered, they leave in one.
        respond(&mut io::BufWriter::new(&connection), body)
    });

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    server.join().expect("the server does not panic")?;
    io::stdout().write_all(&answer)?;

    let mut headers = [httparse::EMPTY_HEADER; 8];
    let mut response = httparse::Response::new(&mut headers);
    let head = response.parse(&answer).expect("well-formed").unwrap();
    assert_eq!((response.version, response.code), (Some(1), Some(200)));
    assert_eq!(&answer[head..], body.as_bytes());
    let [_, length, _] = response.headers else {
        panic!("three headers")
    };
    assert_eq!(length.name, "Content-Length");
    assert_eq!(length.value, body.len().to_string().as_bytes());

    // httparse lets a bare LF pass, as RFC 9112 permits (section 2.2).
    for line in answer[..head].split_inclusive(|byte| *byte == b'\n') {
        assert!(line.ends_with(b"\r\n"), "{}", line.escape_ascii());
    }
    Ok(())
}
