//! A server can gzip its answer and log the plain text in one pass: a tee above the compressor.
//!
//! The encoder writes JSON into a `Tee`, which hands it to the compressor in front of the socket and
//! a copy to the log; no body is ever built in memory. `finish` comes last and sends gzip's trailer.
//! Its length not being known at the start, the body ends where the connection does.
//!
//! Two slips are easy to make here: a letter missing in `Content-Encoding`, so that no client
//! decompresses, and a compressor not finished (in Go, `gzip.Writer` not closed), so that clients
//! see a body cut short. A server for all comers also looks for gzip in the request's
//! `Accept-Encoding` first.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use io_writer::tee::Tee;

const HEAD: &str = "HTTP/1.1 200 OK\r\n\
    Content-Type: application/json\r\n\
    Content-Encoding: gzip\r\n\
    Connection: close\r\n\r\n";

fn document() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("hello", "world"), ("example", "serde_json to gzip to TCP")])
}

/// Answers one request and returns the log.
fn serve(listener: &TcpListener) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    let (mut client, _) = listener.accept()?;
    for line in BufReader::new(&client).lines() {
        if line?.is_empty() {
            break;
        }
    }
    client.write_all(HEAD.as_bytes())?;

    let mut log = Vec::new();
    let gzip = GzEncoder::new(client, Compression::default());
    let mut out = Tee::new(gzip, &mut log);
    serde_json::to_writer_pretty(&mut out, &document())?;
    out.flush()?;
    let (gzip, _) = out.into_inner();
    gzip.finish()?;
    Ok(log)
}

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let server = thread::spawn(move || serve(&listener));

    let mut connection = TcpStream::connect(address)?;
    connection.set_read_timeout(Some(Duration::from_secs(30)))?;
    connection.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    let log = server.join().unwrap().map_err(|error| error.to_string())?;

    let mut headers = [httparse::EMPTY_HEADER; 8];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = head.parse(&answer)? else {
        panic!("the head is cut short");
    };
    let body = &answer[length..];
    println!(
        "{}{} bytes of gzip; the log:",
        String::from_utf8_lossy(&answer[..length]),
        body.len()
    );
    println!("{}", String::from_utf8_lossy(&log));

    assert_eq!(head.code, Some(200));
    assert!(
        head.headers
            .iter()
            .any(|h| h.name == "Content-Encoding" && h.value == b"gzip")
    );

    let mut decoded = Vec::new();
    GzDecoder::new(body).read_to_end(&mut decoded)?;
    assert_eq!(decoded, log);
    assert_eq!(serde_json::from_slice::<BTreeMap<_, _>>(&log)?, document());

    let (_, trailer) = body.split_last_chunk::<8>().expect("at least a trailer");
    assert_eq!(trailer[..4], crc32fast::hash(&log).to_le_bytes());
    assert_eq!(trailer[4..], (log.len() as u32).to_le_bytes());
    Ok(())
}
