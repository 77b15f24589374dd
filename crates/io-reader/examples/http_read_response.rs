//! An HTTP response is lines up to an empty one, then as many bytes as its header says.
//!
//! TCP keeps no message boundaries: the answer comes in pieces that end anywhere, and the
//! connection stays open behind it. So the head is read by lines and the body by `Content-Length`,
//! both through one `BufReader`: a second one would miss what the first has read ahead.
//!
//! All of it is a stranger's text, so the head is bounded, and the length is checked before it is
//! believed. What this parser sees is compared with what the crate httparse sees. In Go it is
//! `http.ReadResponse`; the format is in RFC 9112, sections 2 to 6.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

const ANSWER: &str = "HTTP/1.1 200 Very well\r\nContent-Type: text/plain\r\nX-Note:  a: b \r\n\
                      content-LENGTH: 13\r\n\r\nHello, world\n";
const MAX_HEAD: u64 = 16 * 1024;
const MAX_BODY: u64 = 1024 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);

struct Response {
    status: u16,
    /// Names are in lower case, since `Host` and `host` are the same name.
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut stream = TcpStream::connect(listener.local_addr()?)?;
    let server = thread::spawn(move || serve(&listener));
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let response = read_response(&mut BufReader::new(&stream))?;
    drop(stream);
    server.join().expect("the server panicked")?;

    println!("{} {:#?}", response.status, response.headers);
    println!("{:?}", String::from_utf8_lossy(&response.body));
    assert_eq!(response.body, b"Hello, world\n");

    let mut fields = [httparse::EMPTY_HEADER; 8];
    let mut peer = httparse::Response::new(&mut fields);
    peer.parse(ANSWER.as_bytes()).map_err(io::Error::other)?;
    assert_eq!(peer.code, Some(response.status));
    assert_eq!(peer.headers.len(), response.headers.len());
    for field in peer.headers {
        let ours = &response.headers[&field.name.to_lowercase()];
        assert_eq!(ours.as_bytes(), field.value);
    }

    let cut = ANSWER.trim_end();
    let boasting = ANSWER.replace("13", "99999999999");
    for (text, kind) in [
        (cut, ErrorKind::UnexpectedEof),
        (&boasting, ErrorKind::InvalidData),
    ] {
        let error = read_response(&mut text.as_bytes()).err().expect("refusal");
        assert_eq!(error.kind(), kind);
    }
    Ok(())
}

fn read_response(stream: &mut impl BufRead) -> io::Result<Response> {
    let mut head = stream.by_ref().take(MAX_HEAD);
    let status_line = read_line(&mut head)?;
    let status = match status_line.split(' ').collect::<Vec<_>>()[..] {
        ["HTTP/1.1", status, ..] => number(status)?,
        _ => return Err(invalid(&status_line)),
    };
    let mut headers = BTreeMap::new();
    loop {
        let line = read_line(&mut head)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid(&line))?;
        // A name that comes again goes on with the list (RFC 9110, section 5.3).
        let list: &mut String = headers.entry(name.to_ascii_lowercase()).or_default();
        if !list.is_empty() {
            *list += ", ";
        }
        *list += value.trim_matches([' ', '\t']);
    }
    let length: u64 = number(headers.get("content-length").map_or("", String::as_str))?;
    if length > MAX_BODY {
        return Err(invalid(&format!("Content-Length: {length}")));
    }
    let mut body = Vec::new();
    if stream.take(length).read_to_end(&mut body)? as u64 != length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(Response {
        status,
        headers,
        body,
    })
}

/// A line without its CRLF, which must be there: without it the head is cut, or too long.
fn read_line(head: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    head.read_line(&mut line)?;
    let text = line.strip_suffix("\r\n").ok_or_else(|| invalid(&line))?;
    Ok(text.to_owned())
}

fn number<T: FromStr>(text: &str) -> io::Result<T> {
    match text.parse() {
        // The grammar has digits alone; `parse` would let a sign through.
        Ok(number) if !text.starts_with('+') => Ok(number),
        _ => Err(invalid(text)),
    }
}

fn invalid(text: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("unexpected {text:?}"))
}

/// Answers one request, in pieces, and keeps the connection for as long as the client does.
fn serve(listener: &TcpListener) -> io::Result<()> {
    let (stream, _) = listener.accept()?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let mut request = BufReader::new(&stream);
    while !read_line(&mut request)?.is_empty() {}
    for piece in [&ANSWER[..20], &ANSWER[20..70], &ANSWER[70..]] {
        (&stream).write_all(piece.as_bytes())?;
    }
    assert_eq!(request.read(&mut [0])?, 0, "the client closes first");
    Ok(())
}
