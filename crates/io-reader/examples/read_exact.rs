//! `read_exact` collects pieces until the buffer is full; a short source is `UnexpectedEof`.
//!
//! A single read may stop anywhere, so whoever parses a record of known size wants this loop. Its
//! error does not say how much had come, and those bytes are gone; `take(n).read_to_end` counts
//! them, and so tells a stream that ended between records (0) from one that was cut inside.
//!
//! Go's `io.ReadFull` makes that difference with two errors, `io.EOF` and `io.ErrUnexpectedEOF`.
//! `io.ReadAtLeast` has no counterpart in std; it is written out below.
//!
//! ```syscalls
//! write(4, "abc", 3) = 3
//! read(3, "abc", 8) = 3
//! read(3, "d*", 8)
//! read(3, "", *) = 0
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::thread;

fn main() -> io::Result<()> {
    let (mut reader, mut writer) = io::pipe()?;
    let mut record = [0; 8];

    writer.write_all(b"abc")?;
    let n = reader.read(&mut record)?;
    println!("read:       {n} of 8 bytes, though the writer is not done");
    assert_eq!(n, 3);

    let sender = thread::spawn(move || {
        for byte in b"defghijk+123" {
            writer.write_all(&[*byte])?;
        }
        Ok::<_, io::Error>(())
    });
    reader.read_exact(&mut record)?;
    println!("read_exact: {}, sent a byte at a time", text(&record));
    assert_eq!(&record, b"defghijk");

    let cut = reader.read_exact(&mut record).unwrap_err();
    println!("read_exact: {cut}, with 4 bytes left");
    assert_eq!(cut.kind(), ErrorKind::UnexpectedEof);
    assert_eq!(reader.read(&mut record)?, 0, "the four bytes are gone");
    let clean_end = reader.read_exact(&mut record).unwrap_err();
    assert_eq!(clean_end.kind(), ErrorKind::UnexpectedEof);
    sender.join().expect("the sender panicked")?;

    let mut rest = Vec::new();
    let n = (&b"+123"[..]).take(8).read_to_end(&mut rest)?;
    println!("take(8):    {n} bytes, {}", text(&rest));
    assert_eq!(rest, b"+123");

    let pieces = || b"ab".chain(&b"cde"[..]).chain(&b"fg"[..]);
    let n = read_at_least(pieces(), &mut record, 4)?;
    println!("at least 4: {n} bytes, {}", text(&record[..n]));
    assert_eq!(&record[..n], b"abcde");
    let short = read_at_least(pieces(), &mut record, 8).unwrap_err();
    assert_eq!(short.kind(), ErrorKind::UnexpectedEof);
    Ok(())
}

/// Reads until at least `min` bytes have come, and returns how many there are.
fn read_at_least(mut source: impl Read, buffer: &mut [u8], min: usize) -> io::Result<usize> {
    assert!(min <= buffer.len());
    let mut filled = 0;
    while filled < min {
        match source.read(&mut buffer[filled..]) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
            Ok(n) => filled += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or("(not UTF-8)")
}
