//! A gzip writer is finished by `finish`: before it, a reader gets the data and then an error.
//!
//! The format (RFC 1952) is a header, which can carry the file's name, then the compressed data, then
//! a trailer of eight bytes: the data's CRC-32 and its length. Nothing but the end of the data lets
//! the encoder write the trailer, so `flush` is not enough. flate2's encoder finishes when dropped,
//! but there an error is lost. Go has no drop: without `gzip.Writer.Close` the trailer is missing.

use std::io::{self, ErrorKind, Read, Write};

use flate2::read::GzDecoder;
use flate2::{Compression, GzBuilder};
use io_writer::gzip::Gzip;

/// The name in the header, the bytes that came out, and how reading ended.
fn decode(gz: &[u8]) -> (String, Vec<u8>, io::Result<()>) {
    let mut decoder = GzDecoder::new(gz);
    let mut data = Vec::new();
    let end = decoder.read_to_end(&mut data).map(drop);
    let name = decoder
        .header()
        .and_then(|header| header.filename())
        .unwrap_or_default();
    (String::from_utf8_lossy(name).into_owned(), data, end)
}

fn main() -> io::Result<()> {
    let text = b"a line that compresses well\n".repeat(500);

    let mut out = GzBuilder::new()
        .filename("test.txt")
        .write(Vec::new(), Compression::default());
    out.write_all(&text)?;
    out.flush()?;
    let unfinished = out.get_ref().clone();
    let finished = out.finish()?;

    let (_, data, end) = decode(&unfinished);
    println!(
        "flushed only: {} bytes, read back {}, then {end:?}",
        unfinished.len(),
        data.len()
    );
    assert!(data == text);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::UnexpectedEof);

    let (name, data, end) = decode(&finished);
    println!(
        "finished:     {} bytes, read back {}, then {end:?}",
        finished.len(),
        data.len()
    );
    println!("name in the header: {name}");
    end?;
    assert!(data == text);
    assert_eq!(name, "test.txt");
    assert_eq!(finished[..3], [0x1f, 0x8b, 8]);
    assert_eq!(&finished[10..19], b"test.txt\0");
    let trailer = &finished[finished.len() - 8..];
    assert_eq!(trailer[..4], crc32fast::hash(&text).to_le_bytes());
    assert_eq!(trailer[4..], (text.len() as u32).to_le_bytes());

    // The chapter's own makes the same kind of stream, but does not finish it when dropped: half a
    // file should not pass for a whole one.
    let mut dropped = Vec::new();
    let mut out = Gzip::new().file_name("test.txt").writer(&mut dropped);
    out.write_all(&text)?;
    out.flush()?;
    drop(out);
    let (_, data, end) = decode(&dropped);
    assert!(data == text);
    assert_eq!(end.unwrap_err().kind(), ErrorKind::UnexpectedEof);

    let mut out = Gzip::new().file_name("test.txt").writer(Vec::new());
    out.write_all(&text)?;
    let ours = out.finish()?;
    let (name, data, end) = decode(&ours);
    end?;
    assert!(data == text);
    assert_eq!(name, "test.txt");
    assert_eq!(ours[ours.len() - 8..], *trailer);
    Ok(())
}
