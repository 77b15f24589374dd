//! Messages come whole, however they were sent, and no length is believed.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::exercise::{LIMIT, receive};

pub fn main() {
    let long = "x".repeat(LIMIT);
    let messages = ["one", "", "three", &long, "the last"];
    let bytes: Vec<u8> = messages.iter().flat_map(|text| message(text)).collect();

    expect("read byte by byte", 1, &bytes, &messages, None);
    expect("read in pieces", 1000, &bytes, &messages, None);
    expect("read in one", usize::MAX, &bytes, &messages, None);
    expect("a connection that says nothing", 1000, b"", &[], None);

    let cut = Some(ErrorKind::UnexpectedEof);
    expect("cut within a length", 1000, &bytes[..9], &["one"], cut);
    expect(
        "cut within a message",
        1000,
        &bytes[..13],
        &["one", ""],
        cut,
    );

    let refused = Some(ErrorKind::InvalidData);
    let too_long = [&message("one")[..], b"\xff\xff\xff\xff", b"x"].concat();
    expect("a length of 4 GiB", 1000, &too_long, &["one"], refused);
    let above = (LIMIT as u32 + 1).to_be_bytes();
    expect("a length above the limit", 1000, &above, &[], refused);
}

fn message(text: &str) -> Vec<u8> {
    let length = (text.len() as u32).to_be_bytes();
    [&length, text.as_bytes()].concat()
}

/// What is sent is to be received as these messages, and then as an error or the end, when a read
/// brings so many bytes at most.
fn expect(what: &str, most: usize, sent: &[u8], messages: &[&str], error: Option<ErrorKind>) {
    let (mut client, connection) = connected().expect("a connection");
    let mut server = InPieces { connection, most };
    thread::scope(|scope| {
        // Who has seen enough may have closed.
        scope.spawn(move || _ = client.write_all(sent));
        for text in messages {
            let received = receive(&mut server);
            let received = received.unwrap_or_else(|error| panic!("{what}: {error}"));
            let length = received.as_ref().map(Vec::len);
            assert_eq!(
                length,
                Some(text.len()),
                "{what}: the length of the next message"
            );
            assert!(
                received.as_deref() == Some(text.as_bytes()),
                "{what}: the bytes of the next message"
            );
        }
        let last = receive(&mut server).map_err(|error| error.kind());
        match error {
            None => assert_eq!(last, Ok(None), "{what}: the end is no error"),
            Some(kind) => assert_eq!(last, Err(kind), "{what}: an error is to come"),
        }
    });
    println!("✓ {what}");
}

/// A connection that brings only a few bytes with each read, as any may do at any time.
struct InPieces {
    connection: TcpStream,
    most: usize,
}

impl Read for InPieces {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = self.most.min(buffer.len());
        self.connection.read(&mut buffer[..most])
    }
}

fn connected() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let client = TcpStream::connect(listener.local_addr()?)?;
    let (server, _) = listener.accept()?;
    client.set_write_timeout(Some(Duration::from_secs(4)))?;
    server.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok((client, server))
}
