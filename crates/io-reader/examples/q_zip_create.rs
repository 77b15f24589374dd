//! A zip written front to back by one program opens in another, which finds every CRC right.
//!
//! An entry's header comes before its data, and the list of all entries, the central directory,
//! comes last: a writer needs to remember only that list, and a reader starts at the end of the
//! file. The CRC-32 of each entry is over its uncompressed bytes, so it vouches for the
//! decompression too.
//!
//! Go has `archive/zip` in its standard library. Rust has the crate zip, which here is the other
//! reader: a program that reads its own archives may be wrong twice in the same way.

use std::error::Error;
use std::fs::{self, File};
use std::io::{Cursor, ErrorKind, Read, Seek};
use std::time::SystemTime;

use io_reader::zip::ZipWriter;
use zip::ZipArchive;
use zip::result::{ZipError, ZipResult};

const A: &str = "first file\n";

fn main() -> Result<(), Box<dyn Error>> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("test.zip");
    let b = "second file, the same line again and again\n".repeat(1000);
    let mut archive = ZipWriter::new(File::create(&path)?);
    archive.add("a.txt", SystemTime::now(), A.as_bytes())?;
    archive.add("b.txt", SystemTime::now(), b.as_bytes())?;
    archive.finish()?;

    assert_eq!(
        contents(File::open(&path)?)?,
        [("a.txt".into(), A.into()), ("b.txt".into(), b)]
    );

    let mut bytes = fs::read(&path)?;
    println!("test.zip: {} bytes", bytes.len());
    let mut archive = ZipArchive::new(Cursor::new(&bytes))?;
    let at = archive.by_name("a.txt")?.data_start().ok_or("no data")?;
    let at = usize::try_from(at)?;
    bytes[at] ^= 0x20;
    assert!(bytes[at..].starts_with(b"First file\n"));
    let damaged = contents(Cursor::new(&bytes)).unwrap_err();
    println!("with one bit changed: {damaged}");
    assert!(matches!(damaged, ZipError::Io(cause) if cause.kind() == ErrorKind::InvalidData));

    let mut unfinished = ZipWriter::new(File::create(&path)?);
    unfinished.add("a.txt", SystemTime::now(), A.as_bytes())?;
    drop(unfinished);
    let no_directory = contents(File::open(&path)?).unwrap_err();
    println!("without finish: {no_directory}");
    assert!(matches!(no_directory, ZipError::InvalidArchive(_)));
    Ok(())
}

/// Every entry's name and text; reading an entry to its end compares its CRC.
fn contents(file: impl Read + Seek) -> ZipResult<Vec<(String, String)>> {
    let mut archive = ZipArchive::new(file)?;
    let mut entries = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index)?;
        let mut text = String::new();
        entry.read_to_string(&mut text)?;
        let (name, crc) = (entry.name()?.into_owned(), entry.crc32());
        println!("{name}: {} bytes, CRC {crc:08x}", text.len());
        assert_eq!(crc, crc32fast::hash(text.as_bytes()));
        entries.push((name, text));
    }
    Ok(entries)
}
