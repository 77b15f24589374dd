//! A header and a body arrive in order and whole, and a message that fits is one call.
//!
//! The calls decide: what the starter does is right, how it does it is not.
//!
//! ```syscalls
//! writev($fd, [{iov_base="length: 5\n", iov_len=10}, {iov_base="hello", iov_len=5}], 2) = 15
//! ```

use std::io::{self, IoSlice, Write};

use super::exercise::send;

pub fn main() {
    arrives_in_a_file();
    println!("✓ header and body arrive, in order");
    arrives_in_small_pieces();
    println!("✓ short writes are continued, wherever they end");
    reports_a_full_sink();
    println!("✓ a sink that takes nothing is an error, not a loop");
}

fn arrives_in_a_file() {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("message");
    let mut file = std::fs::File::create(&path).expect("a file");
    send(&mut file, b"length: 5\n", b"hello").expect("a file takes everything");
    let arrived = std::fs::read_to_string(&path).expect("the file can be read");
    assert_eq!(
        arrived, "length: 5\nhello",
        "the file must hold the header, then the body"
    );
}

fn arrives_in_small_pieces() {
    let body: Vec<u8> = (0..200).collect();
    for most in [1, 3, 7, 64, 1000] {
        let mut sink = Sparing {
            most,
            taken: Vec::new(),
        };
        send(&mut sink, b"header", &body).expect("it takes everything, in pieces");
        let expected = [b"header", body.as_slice()].concat();
        assert_eq!(
            sink.taken, expected,
            "a sink that takes {most} bytes at a time must get all bytes, each once"
        );
    }
    let mut sink = Sparing {
        most: 2,
        taken: Vec::new(),
    };
    send(&mut sink, b"", b"").expect("nothing can always be written");
    assert_eq!(sink.taken, b"", "nothing was to be written");
}

fn reports_a_full_sink() {
    let mut full = [0; 4];
    let error = send(&mut full.as_mut_slice(), b"head", b"body")
        .expect_err("the sink has room for the header alone: that must be an error");
    assert_eq!(
        error.kind(),
        io::ErrorKind::WriteZero,
        "a sink that takes 0 bytes is the error WriteZero; it was {error}"
    );
}

/// Takes at most so many bytes with each call, as a socket may.
struct Sparing {
    most: usize,
    taken: Vec<u8>,
}

impl Write for Sparing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_vectored(&[IoSlice::new(bytes)])
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        let offered = slices.iter().flat_map(|slice| slice.iter());
        let before = self.taken.len();
        self.taken.extend(offered.take(self.most));
        Ok(self.taken.len() - before)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
