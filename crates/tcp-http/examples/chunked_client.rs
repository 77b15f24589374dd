//! A client of chunks reads a size in hexadecimal, then so many bytes, until the size is zero.
//!
//! The size counts bytes and not characters: five letters of Japanese are a chunk of f. Nothing says
//! that a chunk ends where a character does, so the text may be decoded only when it is put together.
//! The size is a stranger's number and is looked at before memory is made for it. Go's `http.Client`
//! hides all of this; Go's chapter, and this lesson, read the sizes by hand.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

const TEXT: &str = "こんにちは、世界\n";
/// Where the server cuts the text: behind five characters, and then within one.
const CUTS: [usize; 2] = [15, 20];
const LARGEST: usize = 1 << 20;

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let connection = TcpStream::connect(listener.local_addr()?)?;
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let server = thread::spawn(move || serve(&listener));

    let mut reader = BufReader::new(&connection);
    while !read_line(&mut reader)?.is_empty() {}
    let mut chunks = Vec::new();
    while let Some(chunk) = read_chunk(&mut reader)? {
        println!(
            "{:2} bytes: {:?}",
            chunk.len(),
            String::from_utf8_lossy(&chunk)
        );
        chunks.push(chunk);
    }
    server.join().expect("the server does not panic")?;

    assert_eq!(chunks[0], "こんにちは".as_bytes());
    assert_eq!(chunks[0].len(), 0xf);
    assert_eq!(chunks[1], &TEXT.as_bytes()[15..20]);
    assert!(str::from_utf8(&chunks[1]).is_err(), "half a character");
    let text = String::from_utf8(chunks.concat()).expect("whole again");
    println!("together: {text}");
    assert_eq!(text, TEXT);

    let error = read_chunk(&mut &b"fffffffffffff\r\n"[..]).unwrap_err();
    println!("{error}");
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    Ok(())
}

/// The next chunk; `None` is the end.
fn read_chunk(reader: &mut impl BufRead) -> io::Result<Option<Vec<u8>>> {
    let line = read_line(reader)?;
    let size = usize::from_str_radix(&line, 16).ok();
    let size = size.filter(|&size| size <= LARGEST && !line.starts_with('+'));
    let Some(size) = size else {
        let text = format!("not a size that this client takes: {line:?}");
        return Err(io::Error::new(ErrorKind::InvalidData, text));
    };
    let mut chunk = vec![0; size];
    reader.read_exact(&mut chunk)?;
    if !read_line(reader)?.is_empty() {
        return Err(io::Error::new(
            ErrorKind::InvalidData,
            "a chunk that is longer than its size",
        ));
    }
    Ok((size > 0).then_some(chunk))
}

/// A line without its CR LF, of a length that no peer can drive up.
fn read_line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.take(1024).read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}

fn serve(listener: &TcpListener) -> io::Result<()> {
    let (mut connection, _) = listener.accept()?;
    connection.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")?;
    let (first, rest) = TEXT.as_bytes().split_at(CUTS[0]);
    let (second, third) = rest.split_at(CUTS[1] - CUTS[0]);
    for chunk in [first, second, third, b""] {
        let size = format!("{:x}\r\n", chunk.len());
        connection.write_all(&[size.as_bytes(), chunk, b"\r\n"].concat())?;
    }
    Ok(())
}
