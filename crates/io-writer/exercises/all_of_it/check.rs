//! Every byte arrives once and in order, and a sink that takes no more is an error.

use std::io::{self, ErrorKind, Write};

use super::exercise::write_all;

pub fn main() {
    let bytes: Vec<u8> = (0..=255).collect();
    for most in [1, 2, 100, 255, 1000] {
        let mut sink = Sink::new(vec![Answer::Take(most); 300]);
        write_all(&mut sink, &bytes).expect("the sink takes everything, in pieces");
        assert!(
            sink.taken == bytes,
            "from a sink that takes {most} bytes at a time, {} of 256 bytes came, or they came in \
             another order",
            sink.taken.len()
        );
    }
    println!("✓ short writes are continued");

    let answers = vec![
        Answer::Fail(ErrorKind::Interrupted),
        Answer::Take(3),
        Answer::Fail(ErrorKind::Interrupted),
        Answer::Take(300),
    ];
    let mut sink = Sink::new(answers);
    let result = write_all(&mut sink, &bytes);
    assert!(
        result.is_ok() && sink.taken == bytes,
        "a call that was interrupted has to be made again; the result was {result:?}, and {} of 256 \
         bytes came",
        sink.taken.len()
    );
    println!("✓ an interrupted call is made again");

    let mut sink = Sink::new(vec![Answer::Take(3), Answer::Take(0)]);
    let kind = write_all(&mut sink, &bytes).map_err(|error| error.kind());
    assert_eq!(
        kind,
        Err(ErrorKind::WriteZero),
        "a call that took 0 of the bytes that are left is the error WriteZero"
    );
    println!("✓ a full sink is an error");

    let mut sink = Sink::new(vec![Answer::Take(3), Answer::Fail(ErrorKind::BrokenPipe)]);
    let kind = write_all(&mut sink, &bytes).map_err(|error| error.kind());
    assert_eq!(
        kind,
        Err(ErrorKind::BrokenPipe),
        "an error has to be passed on"
    );
    let mut sink = Sink::new(Vec::new());
    write_all(&mut sink, b"").expect("no bytes need no call");
    println!("✓ other errors end it, and nothing needs no call");
}

#[derive(Clone)]
enum Answer {
    /// At most so many bytes.
    Take(usize),
    Fail(ErrorKind),
}

/// Gives these answers, one for each call, and is not called more often.
struct Sink {
    answers: std::vec::IntoIter<Answer>,
    taken: Vec<u8>,
}

impl Sink {
    fn new(answers: Vec<Answer>) -> Self {
        Self {
            answers: answers.into_iter(),
            taken: Vec::new(),
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.answers.next().expect("no call is necessary any more") {
            Answer::Fail(kind) => Err(kind.into()),
            Answer::Take(most) => {
                let count = most.min(bytes.len());
                self.taken.extend_from_slice(&bytes[..count]);
                Ok(count)
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
