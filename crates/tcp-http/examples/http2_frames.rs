//! HTTP/2 cuts answers into frames with a stream's number, so that two share one connection.
//!
//! A frame is nine bytes and a payload: length (3), type (1), flags (1), stream (4, without its first
//! bit). After a preface that no HTTP/1 server takes for a request, everything is frames. HEADERS holds
//! what was text as HPACK: mostly numbers of a table that both sides know, so `:method: GET` is the byte
//! 0x82. Here /big is asked first and /small is done first, which HTTP/1.1 cannot do (see head-of-line).
//! RFC 9113 and RFC 7541; Go's net/http has all of it, these are its first pages.
//!
//! ```syscalls
//! sendto($client, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24, *) = 24
//! sendto($client, "\0\0\0\4\0\0\0\0\0", 9, *) = 9
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const ACK: u8 = 0x1;
const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
/// HPACK's static table from 1 on; it has 61 entries.
const STATIC: [(&str, &str); 8] = [
    (":authority", ""),
    (":method", "GET"),
    (":method", "POST"),
    (":path", "/"),
    (":path", "/index.html"),
    (":scheme", "http"),
    (":scheme", "https"),
    (":status", "200"),
];

fn main() -> io::Result<()> {
    let example = [0, 0, 2, DATA, END_STREAM, 0x80, 0, 0, 3, b'h', b'i'];
    let frame = Frame::read(&mut &example[..])?;
    assert_eq!(frame, Frame::new(DATA, END_STREAM, 3, b"hi"));

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let server = thread::spawn(move || serve(listener.accept()?.0));

    connection.write_all(PREFACE)?;
    Frame::new(SETTINGS, 0, 0, b"").write(&mut connection)?;
    // A client's streams have odd numbers.
    for (stream, path) in [(1, "/big"), (3, "/small")] {
        let block = request_block(path, "localhost");
        println!("-> stream {stream}: GET {path} is {block:02x?}");
        Frame::new(HEADERS, END_HEADERS | END_STREAM, stream, &block).write(&mut connection)?;
    }
    let (bodies, done) = collect(&mut connection, 2)?;
    assert_eq!(done, [3, 1], "asked second, done first");
    assert_eq!(bodies[&1], b"big ".repeat(300));
    assert_eq!(bodies[&3], b"small");
    drop(connection);
    server.join().expect("the server does not panic")
}

type Bodies = BTreeMap<u32, Vec<u8>>;

/// The bodies of so many streams, and the order in which they ended.
fn collect(connection: &mut TcpStream, count: usize) -> io::Result<(Bodies, Vec<u32>)> {
    let (mut bodies, mut done) = (Bodies::new(), Vec::new());
    while done.len() < count {
        let frame = Frame::read(connection)?;
        println!("<- {frame}");
        match frame.kind {
            SETTINGS if frame.flags & ACK == 0 => {
                Frame::new(SETTINGS, ACK, 0, b"").write(connection)?;
            }
            HEADERS => assert_eq!(decode(&frame.payload)?, [(":status", "200".to_owned())]),
            DATA => {
                bodies
                    .entry(frame.stream)
                    .or_default()
                    .extend(frame.payload);
                if frame.flags & END_STREAM != 0 {
                    done.push(frame.stream);
                }
            }
            // There are other types, and those that one does not know are to be passed over.
            _ => {}
        }
    }
    Ok((bodies, done))
}

#[derive(Debug, PartialEq)]
struct Frame {
    kind: u8,
    flags: u8,
    /// 0 is the connection itself.
    stream: u32,
    payload: Vec<u8>,
}

impl Frame {
    fn new(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Frame {
        let payload = payload.to_vec();
        Frame {
            kind,
            flags,
            stream,
            payload,
        }
    }

    fn read(input: &mut impl Read) -> io::Result<Frame> {
        let mut head = [0; 9];
        input.read_exact(&mut head)?;
        let [l0, l1, l2, kind, flags, s0, s1, s2, s3] = head;
        let length = u32::from_be_bytes([0, l0, l1, l2]);
        // Larger frames have to be allowed by SETTINGS first.
        if length > 1 << 14 {
            return Err(ErrorKind::InvalidData.into());
        }
        let mut payload = vec![0; length as usize];
        input.read_exact(&mut payload)?;
        let stream = u32::from_be_bytes([s0 & 0x7f, s1, s2, s3]);
        Ok(Frame {
            kind,
            flags,
            stream,
            payload,
        })
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let length = u32::try_from(self.payload.len()).expect("a short payload");
        let mut frame = length.to_be_bytes()[1..].to_vec();
        frame.extend([self.kind, self.flags]);
        frame.extend(self.stream.to_be_bytes());
        frame.extend(&self.payload);
        out.write_all(&frame)
    }
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Frame {
            kind,
            flags,
            stream,
            payload,
        } = self;
        write!(
            f,
            "stream {stream}: type {kind}, flags {flags}, {} bytes",
            payload.len()
        )
    }
}

/// A whole entry of the table is its number with the top bit; an entry's name with another value is
/// its number, a length and the value.
fn request_block(path: &str, authority: &str) -> Vec<u8> {
    let mut block = vec![0x80 | 2, 0x80 | 6];
    for (name, value) in [(4, path), (1, authority)] {
        assert!(value.len() < 127, "a longer one takes a longer number");
        block.extend([name, value.len() as u8]);
        block.extend(value.as_bytes());
    }
    block
}

/// The inverse; no Huffman coding, no table that grows.
fn decode(mut block: &[u8]) -> io::Result<Vec<(&'static str, String)>> {
    let entry = |index: u8| STATIC.get(usize::from(index).wrapping_sub(1)).copied();
    let mut fields = Vec::new();
    while let [first, rest @ ..] = block {
        let (field, rest) = match (first, rest) {
            (0x81.., _) => (
                entry(first & 0x7f).map(|(name, value)| (name, value.to_owned())),
                rest,
            ),
            (1..=14, [length @ ..0x7f, rest @ ..]) => {
                let split = rest.split_at_checked((*length).into());
                let (value, rest) = split.ok_or(ErrorKind::InvalidData)?;
                let value = String::from_utf8_lossy(value).into_owned();
                (entry(*first).map(|(name, _)| (name, value)), rest)
            }
            _ => (None, rest),
        };
        fields.push(field.ok_or(ErrorKind::InvalidData)?);
        block = rest;
    }
    Ok(fields)
}

/// Waits for two requests, then answers both in turns, a frame of each.
fn serve(mut connection: TcpStream) -> io::Result<()> {
    let mut preface = [0; PREFACE.len()];
    connection.read_exact(&mut preface)?;
    assert_eq!(preface, PREFACE);
    Frame::new(SETTINGS, 0, 0, b"").write(&mut connection)?;

    let mut answers = Vec::new();
    while answers.len() < 2 {
        let frame = Frame::read(&mut connection)?;
        if frame.kind == SETTINGS && frame.flags & ACK == 0 {
            Frame::new(SETTINGS, ACK, 0, b"").write(&mut connection)?;
        }
        if frame.kind == HEADERS {
            let is_big = decode(&frame.payload)?.contains(&(":path", "/big".to_owned()));
            let body = if is_big {
                b"big ".repeat(300)
            } else {
                b"small".to_vec()
            };
            // 0x88 is entry 8 of the table, :status 200.
            Frame::new(HEADERS, END_HEADERS, frame.stream, &[0x88]).write(&mut connection)?;
            answers.push((frame.stream, body));
        }
    }
    while !answers.is_empty() {
        for (stream, body) in &mut answers {
            let rest = body.split_off(body.len().min(500));
            let flags = if rest.is_empty() { END_STREAM } else { 0 };
            Frame::new(DATA, flags, *stream, body).write(&mut connection)?;
            *body = rest;
        }
        answers.retain(|(_, body)| !body.is_empty());
    }
    // The client's ACK is still to be read: a close with something unread is a reset.
    io::copy(&mut connection, &mut io::sink())?;
    Ok(())
}
