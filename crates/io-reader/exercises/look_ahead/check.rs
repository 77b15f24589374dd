//! The text comes whole from gzip and from plain streams, however short and slow they are.

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::exercise::open;

const TEXT: &str = "the text, as it was before";

pub fn main() {
    assert_eq!(read(TEXT.as_bytes()), Ok(TEXT.to_owned()), "a plain stream");
    println!("✓ a plain stream comes whole");

    let packed = gzip(TEXT);
    assert_eq!(
        read(packed.as_slice()),
        Ok(TEXT.to_owned()),
        "a gzip stream"
    );
    assert_eq!(
        read(gzip("").as_slice()),
        Ok(String::new()),
        "a gzip stream of nothing"
    );
    println!("✓ a gzip stream is unpacked");

    for short in ["", "x"] {
        assert_eq!(
            read(short.as_bytes()),
            Ok(short.to_owned()),
            "a stream of {} bytes is a stream",
            short.len()
        );
    }
    println!("✓ streams of no byte and of one");

    let slowly = read(OneByOne(TEXT.as_bytes()));
    assert_eq!(slowly, Ok(TEXT.to_owned()), "one byte at a time, plain");
    let slowly = read(OneByOne(&packed));
    assert_eq!(slowly, Ok(TEXT.to_owned()), "one byte at a time, gzip");
    let (reader, mut writer) = io::pipe().expect("a pipe");
    writer.write_all(&packed).expect("the pipe has room");
    drop(writer);
    assert_eq!(read(reader), Ok(TEXT.to_owned()), "gzip from a pipe");
    println!("✓ slow streams, and one that cannot go back");
}

fn read(stream: impl Read) -> Result<String, String> {
    open(stream)
        .and_then(io::read_to_string)
        .map_err(|error| error.to_string())
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("memory takes everything")
}

struct OneByOne<'b>(&'b [u8]);

impl Read for OneByOne<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(1);
        self.0.read(&mut buffer[..most])
    }
}
