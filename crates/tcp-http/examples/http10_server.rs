//! An HTTP/1.0 server is a TCP server that reads a line of text, answers with text, and closes.
//!
//! Nothing here is more than a socket and strings: a request line and fields up to an empty line, a
//! status line, fields, an empty line, the body. The body needs no length, since closing the
//! connection ends it. In Go one calls `http.ReadRequest` and `response.Write(connection)` on the same
//! kind of socket. That the answers are HTTP is for another to judge: the crate httparse.
//!
//! ```syscalls
//! accept4 = $connection
//! recvfrom($connection, "GET / HTTP/1.0*"*)
//! sendto($connection, "HTTP/1.0 200 OK*"*)
//! close($connection) = 0
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

/// It is a stranger who decides how much he sends.
const LONGEST_HEAD: u64 = 8 << 10;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming() {
            serve(&connection.expect("a connection")).expect("a client that stays");
        }
    });

    let found = ask(address, "GET / HTTP/1.0")?;
    print!("{found}");
    assert_eq!(parse(&found), (200, "Hello World\n"));
    assert_eq!(
        parse(&ask(address, "GET /no HTTP/1.0")?),
        (404, "There is no /no.\n")
    );
    assert_eq!(
        parse(&ask(address, "DELETE / HTTP/1.0")?),
        (501, "Only GET.\n")
    );
    Ok(())
}

/// The whole server, for one connection.
fn serve(mut connection: &TcpStream) -> io::Result<()> {
    let head = read_head(&mut BufReader::new(connection))?;
    let mut words = head.split_whitespace();
    let (status, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/")) => ("200 OK", "Hello World\n".to_owned()),
        (Some("GET"), Some(path)) => ("404 Not Found", format!("There is no {path}.\n")),
        _ => ("501 Not Implemented", "Only GET.\n".to_owned()),
    };
    let answer = format!("HTTP/1.0 {status}\r\nContent-Type: text/plain\r\n\r\n{body}");
    connection.write_all(answer.as_bytes())
}

/// The request line and the fields, up to the empty line; a head that does not end is an error.
fn read_head(connection: &mut impl BufRead) -> io::Result<String> {
    let mut connection = connection.take(LONGEST_HEAD);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if connection.read_line(&mut head)? == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

fn ask(address: SocketAddr, request_line: &str) -> io::Result<String> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    connection.write_all(format!("{request_line}\r\nHost: localhost\r\n\r\n").as_bytes())?;
    let mut answer = String::new();
    // It returns because the server closes.
    connection.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Status and body, as httparse sees them.
fn parse(answer: &str) -> (u16, &str) {
    let mut fields = [httparse::EMPTY_HEADER; 8];
    let mut head = httparse::Response::new(&mut fields);
    let length = head.parse(answer.as_bytes()).expect("well-formed").unwrap();
    assert_eq!(head.version, Some(0));
    assert_eq!(head.headers[0].name, "Content-Type");
    (head.code.expect("a status"), &answer[length..])
}
