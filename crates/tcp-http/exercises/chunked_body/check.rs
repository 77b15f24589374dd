//! A chunked body is read to its end, and nothing else is taken for an end.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use super::exercise::{LIMIT, read_chunked};

pub fn main() {
    let large = format!("{LIMIT:x}\r\n{}\r\n0\r\n\r\n", "x".repeat(LIMIT));
    let bodies = [
        ("one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"),
        (
            "three chunks",
            "5\r\nhello\r\n2\r\n, \r\n5\r\nworld\r\n0\r\n\r\n",
            "hello, world",
        ),
        (
            "sizes are hexadecimal",
            "1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n",
            "abcdefghijklmnopqrstuvwxyz",
        ),
        (
            "a chunk holds any bytes",
            "7\r\n\r\n0\r\n\r\n\r\n0\r\n\r\n",
            "\r\n0\r\n\r\n",
        ),
        ("an empty body", "0\r\n\r\n", ""),
        (
            "what is behind a ; is passed over",
            "2;name=\"x\"\r\nhi\r\n0;last\r\n\r\n",
            "hi",
        ),
        (
            "lines behind the last chunk",
            "2\r\nhi\r\n0\r\nSum: 17\r\nSigned: no\r\n\r\n",
            "hi",
        ),
        ("the largest chunk", &large, &"x".repeat(LIMIT)),
    ];
    for (what, sent, expected) in bodies {
        let mut reader = sent_by_tcp(&format!("{sent}HTTP/1.1 200 OK\r\n")).expect("a connection");
        let body = read_chunked(&mut reader);
        let body = body.unwrap_or_else(|error| panic!("{what}: {error}"));
        assert_eq!(body.len(), expected.len(), "{what}: the length of the body");
        assert!(body == expected.as_bytes(), "{what}: the bytes of the body");
        let mut next = String::new();
        reader
            .read_line(&mut next)
            .expect("what comes after the body");
        assert_eq!(
            next, "HTTP/1.1 200 OK\r\n",
            "{what}: what comes after the body is left"
        );
        println!("✓ {what}");
    }

    let too_large = format!("{:x}\r\nx", LIMIT + 1);
    let broken = [
        ("cut in a chunk", "5\r\nhel"),
        ("cut behind a chunk", "5\r\nhello"),
        ("cut between chunks", "5\r\nhello\r\n"),
        ("cut in a size", "5\r\nhello\r\n1"),
        ("cut behind the last chunk", "5\r\nhello\r\n0\r\n"),
        ("a chunk longer than its size", "4\r\nhello\r\n0\r\n\r\n"),
        ("no size", "5\r\nhello\r\nfive\r\nhello\r\n0\r\n\r\n"),
        ("an empty size", "5\r\nhello\r\n\r\n0\r\n\r\n"),
        ("a size with a sign", "+5\r\nhello\r\n0\r\n\r\n"),
        ("a size above the limit", &too_large),
        ("a size above all numbers", "fffffffffffffffff\r\nx"),
    ];
    for (what, sent) in broken {
        let mut reader = sent_by_tcp(sent).expect("a connection");
        let body = read_chunked(&mut reader);
        assert!(
            body.is_err(),
            "{what}: an error is to come, but got {body:?}"
        );
        println!("✓ {what} is an error");
    }
}

/// A reader of what was sent over a connection that has ended since.
fn sent_by_tcp(text: &str) -> io::Result<BufReader<TcpStream>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut sender = TcpStream::connect(listener.local_addr()?)?;
    let bytes = text.to_owned().into_bytes();
    // On its own thread, for a large body does not fit into the socket.
    thread::spawn(move || {
        let _ = sender.write_all(&bytes);
    });
    let (receiver, _) = listener.accept()?;
    receiver.set_read_timeout(Some(Duration::from_secs(10)))?;
    Ok(BufReader::with_capacity(7, receiver))
}
