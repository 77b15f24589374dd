//! A parsed message can be written out again as the very bytes that came, to the last space.
//!
//! A proxy, a log and a debugger need this: what the other side really sent, and not what it might as
//! well have sent. So the parser keeps each field line as it was, with its odd spaces and capitals. Go's
//! `httputil.DumpRequest` writes names in its own spelling and sorts them. What is not kept is how a
//! body was cut into chunks: chunks belong to the way, not to the message.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use tcp_http::http::{Fields, Limits, Method, Request, Response};

const REQUEST: &[u8] =
    b"POST /notes?x=%20 HTTP/1.1\r\nhost:localhost\r\nX-ODD:   two  words \t\r\n\
                         Accept: text/plain\r\ncontent-LENGTH: 5\r\nAccept: */*;q=0.1\r\n\r\nhello";
const ANSWER: &[u8] = b"HTTP/1.1 299 Rather well\r\nB: 2\r\nA:1\r\nContent-Length:3\r\n\r\nbye";
const CHUNKED: &[u8] =
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";

fn main() -> io::Result<()> {
    let limits = Limits::default();
    let (sent, received) = exchange()?;

    let (request, _) = Request::parse(&sent, &limits)
        .expect("nothing in it is refused")
        .expect("a whole request");
    println!("{}\n", String::from_utf8_lossy(&request.to_bytes()));
    assert_eq!(request.to_bytes(), REQUEST);
    assert_eq!(request.headers.get("x-odd"), Some(&b"two  words"[..]));
    assert_eq!(request.headers.get_all("accept").count(), 2);

    let response = parse_response(&received);
    println!("{}\n", String::from_utf8_lossy(&response.to_bytes()));
    assert_eq!(response.to_bytes(), ANSWER);
    assert_eq!(response.reason, b"Rather well");

    let chunked = parse_response(CHUNKED);
    assert_eq!(chunked.body, b"abc");
    assert_ne!(chunked.to_bytes(), CHUNKED);
    assert_eq!(parse_response(&chunked.to_bytes()), chunked);
    Ok(())
}

fn parse_response(bytes: &[u8]) -> Response {
    Response::parse(bytes, Method::Post, false, &Limits::default())
        .expect("nothing in it is refused")
        .expect("a whole response")
        .0
}

/// What the server received, and what the client did.
fn exchange() -> io::Result<(Vec<u8>, Vec<u8>)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut connection = TcpStream::connect(listener.local_addr()?)?;
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept()?;
        let request = read_all(&connection)?;
        connection.write_all(ANSWER)?;
        io::Result::Ok(request)
    });
    connection.write_all(REQUEST)?;
    connection.shutdown(Shutdown::Write)?;
    let answer = read_all(&connection)?;
    let request = server.join().expect("the server does not panic")?;
    Ok((request, answer))
}

fn read_all(mut connection: &TcpStream) -> io::Result<Vec<u8>> {
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut bytes = Vec::new();
    connection.read_to_end(&mut bytes)?;
    Ok(bytes)
}
