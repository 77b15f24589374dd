//! All sinks of a `MultiWriter` get the same bytes; what a failure does to the others is a choice.
//!
//! Each sink is written to in turn until it has taken everything, so one that takes three bytes at a
//! time still gets all. When one fails, Go's `io.MultiWriter` stops: those before it have the bytes,
//! those after it do not. tee(1) sets the broken one aside and goes on with the others.
//!
//! ```syscalls
//! pipe2([$reader, $pipe], O_CLOEXEC) = 0
//! openat(AT_FDCWD, "*/copy.txt", O_WRONLY|*) = $file
//! write($file, "one stream, 3 sinks", 19) = 19
//! write($pipe, "one stream, 3 sinks", 19) = 19
//! pipe2([$gone, $broken], O_CLOEXEC) = 0
//! write($broken, "before, ", 8) = 8
//! close($gone) = 0
//! write($broken, "after", 5) = -1 EPIPE (*)
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};

use io_writer::multi::{MultiWriter, OnFailure};

/// Takes at most three bytes a call, as a full socket may.
struct Short<W>(W);

impl<W: Write> Write for Short<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..bytes.len().min(3)])
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn equal_bytes() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("copy.txt");
    let (mut reader, writer) = io::pipe()?;
    let mut memory = Vec::new();

    let mut all = MultiWriter::new(OnFailure::Stop);
    all.push("file", File::create(&path)?);
    all.push("memory", Short(&mut memory));
    all.push("pipe", writer);
    write!(all, "one stream, {} sinks", 3)?;
    all.flush()?;
    drop(all);

    let mut piped = Vec::new();
    reader.read_to_end(&mut piped)?;
    println!("{:?} in each", String::from_utf8_lossy(&memory));
    assert_eq!(memory, b"one stream, 3 sinks");
    assert_eq!(fs::read(path)?, memory);
    assert_eq!(piped, memory);
    Ok(())
}

/// Breaks the second of three sinks between two writes; returns what the others got, and the outcome.
fn break_second(on_failure: OnFailure) -> io::Result<(String, String, io::Result<()>)> {
    let (reader, broken) = io::pipe()?;
    let (mut first, mut third) = (Vec::new(), Vec::new());
    let mut all = MultiWriter::new(on_failure);
    all.push("first", &mut first);
    all.push("second", broken);
    all.push("third", &mut third);

    all.write_all(b"before, ")?;
    drop(reader);
    let outcome = all.write_all(b"after");

    let [failure] = all.failures() else {
        panic!("one sink fails, not {:?}", all.failures())
    };
    println!("{on_failure:?}: {failure}");
    assert_eq!((failure.name.as_str(), failure.accepted), ("second", 8));
    assert_eq!(failure.error.kind(), ErrorKind::BrokenPipe);
    drop(all);
    let text = |bytes| String::from_utf8(bytes).expect("only ASCII was written");
    Ok((text(first), text(third), outcome))
}

fn main() -> io::Result<()> {
    equal_bytes()?;

    let (first, third, outcome) = break_second(OnFailure::Stop)?;
    println!("  first has {first:?}, third {third:?}");
    assert_eq!(
        (first.as_str(), third.as_str()),
        ("before, after", "before, ")
    );
    assert_eq!(outcome.unwrap_err().kind(), ErrorKind::BrokenPipe);

    let (first, third, outcome) = break_second(OnFailure::Continue)?;
    println!("  first has {first:?}, third {third:?}");
    assert_eq!(
        (first.as_str(), third.as_str()),
        ("before, after", "before, after")
    );
    outcome
}
