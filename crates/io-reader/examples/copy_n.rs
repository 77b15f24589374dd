//! `copy_n` moves exactly n bytes, takes no more from the source, and tells how far it came.
//!
//! The bytes after the n-th belong to whoever reads next, so no buffer may read ahead. And n may
//! come from a file's header or a peer, so nothing is allocated by it: n is believed as the bytes
//! arrive. With std alone it is `io::copy(&mut source.take(n), …)`, which takes a short source for
//! success: compare what it returns. Go's `io.CopyN` returns the count and `io.EOF`.
//!
//! ```syscalls
//! read(3, "01234", 5) = 5
//! lseek(3, 0, SEEK_CUR) = 5
//! read(3, "56789abcde", 10) = 10
//! read(4, "0123456789abcde", 100) = 15
//! read(4, "", 85) = 0
//! read(4, "0123456789abcde", 8192) = 15
//! lseek(4, 0, SEEK_CUR) = 15
//! ```

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Seek};

use io_reader::copy::{CopyCause, copy_n};

fn main() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("digits");
    fs::write(&path, "0123456789abcde")?;

    let mut file = File::open(&path)?;
    let mut five = Vec::new();
    copy_n(&mut file, &mut five, 5)?;
    let position = file.stream_position()?;
    println!("{} bytes copied, the file stands at {position}", five.len());
    assert_eq!(five, b"01234");
    assert_eq!(position, 5);

    let mut rest = Vec::new();
    copy_n(&mut file, &mut rest, 10)?;
    assert_eq!(rest, b"56789abcde");

    for n in [100, u64::MAX] {
        let mut all = Vec::new();
        let error = copy_n(&mut File::open(&path)?, &mut all, n).unwrap_err();
        println!("{error}");
        assert_eq!((error.copied, all.len()), (15, 15));
        assert!(matches!(error.cause, CopyCause::SourceEnded));
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
    }

    let mut all = Vec::new();
    let copied = io::copy(&mut File::open(&path)?.take(100), &mut all)?;
    println!("io::copy of take(100): Ok({copied})");
    assert_eq!(copied, 15);

    let mut file = File::open(&path)?;
    copy_n(&mut BufReader::new(&mut file), &mut io::sink(), 5)?;
    let position = file.stream_position()?;
    println!("5 bytes copied out of a BufReader, the file stands at {position}");
    assert_eq!(position, 15);
    Ok(())
}
