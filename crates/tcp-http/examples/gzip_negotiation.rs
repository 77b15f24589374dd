//! A server compresses only for a client that asks for it, and says so in three fields.
//!
//! The client lists what it can read in `Accept-Encoding`, with weights; `gzip;q=0` means "not gzip",
//! and a search for the word gets that wrong. The answer's `Content-Encoding` says what was done,
//! `Content-Length` counts the compressed bytes, and `Vary` tells caches that another client would get
//! another answer. Go's server does none of this by itself; its client asks and unpacks unseen.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tcp_http::http::{HeadWriter, Limits, Method, Request, Response, Status, choose_encoding};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for connection in listener.incoming() {
            serve(&mut connection.expect("a connection")).expect("a client that stays");
        }
    });

    for (accept, is_compressed) in [
        (None, false),
        (Some("gzip"), true),
        (Some("br, gzip;q=0.5"), true),
        (Some("GZIP"), true),
        (Some("gzip;q=0"), false),
        (Some("br"), false),
    ] {
        let answer = ask(address, accept)?;
        let encoding = answer.headers.text("Content-Encoding");
        let length = answer.headers.text("Content-Length").expect("a length");
        let asked = accept.unwrap_or("(no field)");
        println!(
            "{asked:15} -> {:9} {length:>5} bytes",
            encoding.unwrap_or("as it is")
        );
        assert_eq!(encoding, is_compressed.then_some("gzip"));
        assert_eq!(length, answer.body.len().to_string());
        assert_eq!(answer.headers.text("Vary"), Some("Accept-Encoding"));

        let mut content = answer.body;
        if is_compressed {
            content = unpack(&content)?;
        }
        assert_eq!(content, text());
    }
    Ok(())
}

fn text() -> Vec<u8> {
    b"a line that compresses well\n".repeat(100)
}

fn serve(connection: &mut TcpStream) -> io::Result<()> {
    let request = read(connection, |bytes, _| {
        Request::parse(bytes, &Limits::default()).map_err(io::Error::other)
    })?;
    let encoding = choose_encoding(&request.headers, &["gzip"]);
    let body = match encoding {
        Some("gzip") => pack(&text())?,
        _ => text(),
    };
    let mut out = Vec::new();
    let mut head = HeadWriter::response(&mut out, Status::OK)
        .field("Vary", "Accept-Encoding")
        .field("Connection", "close");
    if encoding == Some("gzip") {
        head = head.field("Content-Encoding", "gzip");
    }
    head.content_length(body.len() as u64).finish();
    out.extend(body);
    connection.write_all(&out)
}

fn ask(address: SocketAddr, accept: Option<&str>) -> io::Result<Response> {
    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut request = Request::new("GET", "/")
        .with("Host", "localhost")
        .expect("a field");
    if let Some(accept) = accept {
        request = request.with("Accept-Encoding", accept).expect("a field");
    }
    connection.write_all(&request.to_bytes())?;
    read(&mut connection, |bytes, is_closed| {
        Response::parse(bytes, Method::Get, is_closed, &Limits::default()).map_err(io::Error::other)
    })
}

/// Reads until `parse` has found a whole message.
fn read<T>(
    connection: &mut TcpStream,
    parse: impl Fn(&[u8], bool) -> io::Result<Option<(T, usize)>>,
) -> io::Result<T> {
    let (mut bytes, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let count = connection.read(&mut chunk)?;
        bytes.extend_from_slice(&chunk[..count]);
        match parse(&bytes, count == 0)? {
            Some((message, _)) => return Ok(message),
            None if count == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            None => {}
        }
    }
}

fn pack(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(data)?;
    encoder.finish()
}

fn unpack(data: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    GzDecoder::new(data).read_to_end(&mut content)?;
    Ok(content)
}
