//! A zip streams over HTTP while it is being made: its sink, a socket, cannot seek.
//!
//! Who can seek writes an entry's header, then its data, then goes back to fill in size and CRC.
//! What went into a socket is gone, so the header says 0 and both come *after* the data (APPNOTE,
//! general purpose flag bit 3). So a download needs no temporary file and starts before its end is
//! known.
//!
//! Nor is the body's length, so there is no Content-Length and the body ends with the connection
//! (RFC 9112, 6.3). A connection that breaks looks the same; what tells a cut archive from a whole
//! one is its end record. Go's server would use the chunked coding, which has an end mark of its
//! own.
//!
//! ```syscalls
//! sendto($client, "PK\3\4*"*)
//! sendto($client, "already there\n", 14, *) = 14
//! sendto($client, "PK\3\4*"*)
//! sendto($client, "PK\7\10*"*, 16, *) = 16
//! sendto($client, "PK\5\6*"*, 22, *) = 22
//! !lseek
//! ```

use std::error::Error;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, SystemTime};

use io_reader::{pipe::pipe, zip::ZipWriter};
use zip::{ZipArchive, result::ZipError};

fn serve(listener: &TcpListener, late: impl Read) -> io::Result<()> {
    let (mut socket, _) = listener.accept()?;
    let mut request = BufReader::new((&socket).take(8192)).lines();
    while matches!(request.next(), Some(Ok(line)) if !line.is_empty()) {}
    socket.write_all(
        b"HTTP/1.1 200 OK\r\n\
          Content-Type: application/zip\r\n\
          Content-Disposition: attachment; filename=\"files.zip\"\r\n\
          Connection: close\r\n\r\n",
    )?;
    let mut archive = ZipWriter::new(socket);
    archive.add("a.txt", SystemTime::now(), "already there\n".as_bytes())?;
    archive.add("b.txt", SystemTime::now(), late)?;
    archive.finish()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let (late, mut producer) = pipe();
    let server = thread::spawn(move || serve(&listener, late));

    let mut socket = TcpStream::connect(address)?;
    socket.set_read_timeout(Some(Duration::from_secs(10)))?;
    // Formatted first: `write!` to a socket is one system call for each piece of the format.
    let request = format!("GET /files.zip HTTP/1.1\r\nHost: {address}\r\n\r\n");
    socket.write_all(request.as_bytes())?;
    let mut answer = BufReader::new(socket);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        assert_ne!(answer.read_until(b'\n', &mut head)?, 0, "the head was cut");
    }
    print!("{}", String::from_utf8_lossy(&head));
    let mut headers = [httparse::EMPTY_HEADER; 8];
    let mut response = httparse::Response::new(&mut headers);
    assert!(response.parse(&head)?.is_complete());
    let named = |name| move |header: &&httparse::Header| header.name.eq_ignore_ascii_case(name);
    let header = |name| headers.iter().find(named(name)).map(|header| header.value);
    assert_eq!(header("Content-Type"), Some(&b"application/zip"[..]));
    let disposition = b"attachment; filename=\"files.zip\"";
    assert_eq!(header("Content-Disposition"), Some(&disposition[..]));
    assert_eq!(header("Content-Length"), None);

    // The archive has begun to arrive, and what b.txt will hold does not exist yet.
    let mut body = vec![0; 4];
    answer.read_exact(&mut body)?;
    assert_eq!(body, b"PK\x03\x04");
    let b = "made while the download ran\n".repeat(1000);
    producer.write_all(b.as_bytes())?;
    drop(producer);
    answer.read_to_end(&mut body)?;
    server.join().expect("the server panicked")?;

    let mut archive = ZipArchive::new(Cursor::new(&body))?;
    let mut entry = archive.by_name("b.txt")?;
    let mut text = String::new();
    entry.read_to_string(&mut text)?;
    assert_eq!(text, b);
    let header = &body[usize::try_from(entry.header_start())?..];
    let (flags, crc_and_sizes) = (header[6], &header[14..26]);
    let (size, crc) = (entry.size(), entry.crc32());
    println!("b.txt: {size} bytes, CRC {crc:08x}; its header knew neither");
    assert_eq!(flags & 8, 8);
    assert_eq!(crc_and_sizes, [0; 12]);
    drop(entry);
    text.clear();
    archive.by_name("a.txt")?.read_to_string(&mut text)?;
    assert_eq!(text, "already there\n");

    let cut = &body[..body.len() - 1];
    let error = ZipArchive::new(Cursor::new(cut)).unwrap_err();
    println!("without its last byte: {error}");
    assert!(matches!(error, ZipError::InvalidArchive(_)));
    Ok(())
}
