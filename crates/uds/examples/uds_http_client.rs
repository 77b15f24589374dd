//! An HTTP client over a socket file differs in one line: what it connects to.
//!
//! The URL has no place for a path of a socket, so each client has a setting beside it: curl's
//! `--unix-socket`, and in Go a `Transport` whose `DialContext` ignores the address it is given.
//! What is read back is a response as over TCP, and has to be read with the same care: the head
//! may come in pieces, and the body is as long as the head says.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

struct Response {
    status: u16,
    body: Vec<u8>,
}

fn get(socket: &Path, target: &str) -> anyhow::Result<Response> {
    let stream = UnixStream::connect(socket)?; // over TCP: TcpStream::connect("localhost:80")?
    write!(&stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut reader = BufReader::new(&stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        anyhow::ensure!(reader.read_until(b'\n', &mut head)? > 0, "cut off");
    }
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(&head)?;
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .ok_or_else(|| anyhow::anyhow!("no length"))?;
    let length: usize = std::str::from_utf8(length.value)?.parse()?;
    let status = response.code.unwrap_or_default();
    let mut body = vec![0; length.min(1 << 20)];
    reader.read_exact(&mut body)?;
    Ok(Response { status, body })
}

fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("http.sock");
    let listener = UnixListener::bind(&path)?;
    let server = thread::spawn(move || -> io::Result<UnixStream> {
        let (mut stream, _) = listener.accept()?;
        let head = b"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n";
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        // In pieces, and the connection stays open: the client has to count.
        stream.write_all(&head[..20])?;
        stream.write_all(&head[20..])?;
        stream.write_all(line.as_bytes().get(..14).unwrap_or(b"not the client"))?;
        Ok(stream)
    });
    let response = get(&path, "/by/a/path")?;
    let body = String::from_utf8(response.body)?;
    println!("status {}, body {body:?}", response.status);
    assert_eq!((response.status, &*body), (200, "GET /by/a/path"));
    drop(server.join().expect("the server does not panic")?);
    Ok(())
}
