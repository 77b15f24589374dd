//! The checksum is that of the bytes that were read, and the bytes come through unchanged.

use std::io::{self, ErrorKind, Read};

use super::exercise::Checked;

pub fn main() {
    let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let mut whole = Checked::new(bytes.as_slice());
    let mut buffer = [0; 1000];
    whole.read_exact(&mut buffer).expect("it has 1000 bytes");
    assert!(
        buffer.as_slice() == bytes,
        "the bytes have to come unchanged"
    );
    assert_eq!(
        whole.sum(),
        crc32fast::hash(&bytes),
        "of 1000 bytes in one read"
    );
    println!("✓ one read, one checksum");

    for most in [1, 7, 300] {
        let mut pieces = Checked::new(Pieces {
            rest: &bytes,
            most,
            is_interrupted: false,
        });
        // Old bytes stay in it wherever a read gives less.
        let mut buffer = [0xAA; 64];
        let mut read = 0;
        loop {
            match pieces.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted),
            }
            assert_eq!(
                pieces.sum(),
                crc32fast::hash(&bytes[..read]),
                "of the first {read} bytes, when a read gives {most} at most"
            );
        }
        assert_eq!(read, bytes.len(), "the end comes behind the last byte");
        assert_eq!(
            pieces.sum(),
            crc32fast::hash(&bytes),
            "a read at the end adds nothing"
        );
    }
    println!("✓ short reads count for what they gave");
    println!("✓ errors and the end count for nothing");
}

/// Gives a few bytes with each call, and fails once in the middle.
struct Pieces<'b> {
    rest: &'b [u8],
    most: usize,
    is_interrupted: bool,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest.len() <= 500 && !self.is_interrupted {
            self.is_interrupted = true;
            return Err(ErrorKind::Interrupted.into());
        }
        let most = self.most.min(buffer.len());
        self.rest.read(&mut buffer[..most])
    }
}
