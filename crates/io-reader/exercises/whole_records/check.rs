//! Records come whole from a stream that gives them in pieces, and a cut one is an error.

use std::io::{self, ErrorKind, Read, Write};
use std::thread;

use super::exercise::next_record;

const RECORDS: [[u8; 8]; 3] = [*b"first...", *b"second..", *b"third..."];

pub fn main() {
    let bytes = RECORDS.as_flattened();
    for most in 1..=9 {
        let mut stream = Pieces::of(bytes, most);
        for record in RECORDS {
            let read = next_record(&mut stream);
            assert_eq!(
                text(read),
                Ok(Some(String::from_utf8_lossy(&record).into_owned())),
                "the stream gives {most} bytes at a time"
            );
        }
        assert_eq!(
            text(next_record(&mut stream)),
            Ok(None),
            "behind the last record the stream has ended"
        );
    }
    println!("✓ records come whole, in whatever pieces");

    for length in 1..8 {
        let cut = &bytes[..8 + length];
        let mut stream = Pieces::of(cut, 3);
        text(next_record(&mut stream)).expect("the first record is whole");
        assert_eq!(
            text(next_record(&mut stream)),
            Err(ErrorKind::UnexpectedEof),
            "the second record ends after {length} of its 8 bytes"
        );
    }
    println!("✓ a record that was cut is an error");

    let (mut reader, mut writer) = io::pipe().expect("a pipe");
    let slow = thread::spawn(move || {
        for half in RECORDS[0].chunks(4) {
            writer.write_all(half).expect("somebody reads");
            thread::yield_now();
        }
    });
    let read = text(next_record(&mut reader));
    assert_eq!(read, Ok(Some("first...".to_owned())));
    assert_eq!(text(next_record(&mut reader)), Ok(None));
    slow.join().expect("the writer does not panic");
    println!("✓ the same from a pipe");
}

fn text(read: io::Result<Option<[u8; 8]>>) -> Result<Option<String>, ErrorKind> {
    match read {
        Ok(record) => Ok(record.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) => Err(error.kind()),
    }
}

/// Gives a few bytes with each call, and is interrupted before each.
struct Pieces<'b> {
    rest: &'b [u8],
    most: usize,
    interrupted: bool,
}

impl<'b> Pieces<'b> {
    fn of(bytes: &'b [u8], most: usize) -> Self {
        Self {
            rest: bytes,
            most,
            interrupted: false,
        }
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.interrupted ^= true;
        if self.interrupted {
            return Err(ErrorKind::Interrupted.into());
        }
        let most = self.most.min(buffer.len());
        self.rest.read(&mut buffer[..most])
    }
}
