//! A pipelining client sends three requests before it reads the first answer.
//!
//! Three round trips become one. The answers come back in order, with nothing between them, so the
//! client has to know exactly where each ends; the last request says `Connection: close`, and the end of
//! the connection is then the end of all. Browsers gave pipelining up: one slow answer holds the others
//! (head-of-line), and when the connection breaks nobody knows which requests were carried out. Go's
//! client never did it.
//!
//! ```syscalls
//! connect x1
//! sendto($client, "GET /one HTTP/1.1*"*, 135, *) = 135
//! recvfrom($client, "HTTP/1.1 200 OK*"*)
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tcp_http::http::{HeadWriter, Limits, Method, Response};

const PATHS: [&str; 3] = ["/one", "/two", "/three"];

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(&listener));

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut requests = Vec::new();
    for path in PATHS {
        let mut head = HeadWriter::request(&mut requests, "GET", path).field("Host", "localhost");
        if path == PATHS[PATHS.len() - 1] {
            head = head.field("Connection", "close");
        }
        head.finish();
    }
    connection.write_all(&requests)?;
    println!("sent {} requests in {} bytes", PATHS.len(), requests.len());

    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes)?;
    let mut rest = &bytes[..];
    for path in PATHS {
        let parsed = Response::parse(rest, Method::Get, true, &Limits::default());
        let (response, length) = parsed.map_err(io::Error::other)?.expect("a whole answer");
        println!(
            "{}: {}",
            response.status,
            String::from_utf8_lossy(&response.body)
        );
        assert_eq!(response.body, format!("this is {path}").as_bytes());
        rest = &rest[length..];
    }
    assert!(rest.is_empty());
    server.join().expect("the server does not panic")
}

/// Answers nothing before it has all: a client that waited for its first answer would wait for ever.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let (connection, _) = listener.accept()?;
    let mut reader = BufReader::new(&connection);
    let mut paths = Vec::new();
    let mut asked_to_close = false;
    while !asked_to_close {
        let head = read_head(&mut reader)?;
        paths.push(head.split(' ').nth(1).expect("a path").to_owned());
        asked_to_close = head.contains("Connection: close");
    }
    assert_eq!(paths, PATHS);
    for path in paths {
        let body = format!("this is {path}");
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        (&connection).write_all((head + &body).as_bytes())?;
    }

    listener.set_nonblocking(true)?;
    let second = listener.accept().unwrap_err();
    assert_eq!(
        second.kind(),
        ErrorKind::WouldBlock,
        "there was one connection"
    );
    Ok(())
}

fn read_head(reader: &mut impl BufRead) -> io::Result<String> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}
