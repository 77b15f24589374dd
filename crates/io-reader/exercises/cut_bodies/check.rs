//! Bodies come whole, and neither a length that lies nor a cut stream is taken for one.

use std::io::{ErrorKind, Read};

use super::exercise::read_body;

const LIMIT: u32 = 1000;

pub fn main() {
    let stream = [message(b"first"), message(b""), message(b"the third")].concat();
    let mut rest = stream.as_slice();
    for body in ["first", "", "the third"] {
        assert_eq!(
            read(&mut rest),
            Ok(body.to_owned()),
            "three messages in a row: each has to leave the stream at the next"
        );
    }
    println!("✓ messages in a row");

    for kept in 4..9 {
        assert_eq!(
            read(&mut &stream[..kept]),
            Err(ErrorKind::UnexpectedEof),
            "of a body of 5 bytes {} came",
            kept - 4
        );
    }
    println!("✓ a body that was cut is an error");

    let exact = message(&vec![b'x'; LIMIT as usize]);
    assert!(
        read(&mut exact.as_slice()).is_ok(),
        "a body of just the limit"
    );
    for length in [LIMIT + 1, u32::MAX] {
        let mut rest = Untouched {
            header: &length.to_be_bytes(),
        };
        assert_eq!(
            read(&mut rest),
            Err(ErrorKind::InvalidData),
            "a length of {length} is above the limit of {LIMIT}"
        );
    }
    println!("✓ a length above the limit is an error, before the body is read");
}

fn read(stream: &mut impl Read) -> Result<String, ErrorKind> {
    match read_body(stream, LIMIT) {
        Ok(body) => Ok(String::from_utf8_lossy(&body).into_owned()),
        Err(error) => Err(error.kind()),
    }
}

fn message(body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("it is short");
    [&length.to_be_bytes(), body].concat()
}

/// A header, and a body that must not be asked for.
struct Untouched<'h> {
    header: &'h [u8],
}

impl Read for Untouched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        assert!(
            !self.header.is_empty() || buffer.is_empty(),
            "the length is above the limit: nothing of the body is to be read"
        );
        self.header.read(buffer)
    }
}
