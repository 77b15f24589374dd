//! A wrapper around `by_ref()` borrows the stream: dropping it closes nothing.
//!
//! Go needs `io.NopCloser` where a function closes what it was given and the caller wants to read
//! on. Here the type says who closes: a stream handed over by value is closed when the function
//! drops it, a `&mut` to it reads as well and owns nothing. `by_ref()` is that borrow as a method.
//!
//! The bytes that a buffer has read ahead do not come back: they are dropped with the `BufReader`.
//!
//! ```syscalls
//! pipe2([$reader, $writer], O_CLOEXEC) = 0
//! read($reader, "head", 4) = 4
//! fcntl($reader, F_GETFD) = 0x1 (flags FD_CLOEXEC)
//! read($reader, "body", 4) = 4
//! read($reader, "one\ntwo\n", 8192) = 8
//! read($reader, "three\n", 6) = 6
//! read($reader, "tail", 4) = 4
//! close($reader) = 0
//! write($writer, "more", 4) = -1 EPIPE (*)
//! ```

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};

use nix::fcntl::{FcntlArg, fcntl};

fn main() -> io::Result<()> {
    let (mut reader, mut writer) = io::pipe()?;
    writer.write_all(b"headbody")?;

    let head = consume(reader.by_ref().take(4))?;
    println!("a borrowed stream, first part: {head:?}");
    assert_eq!(head, "head");

    // The wrapper is gone. F_GETFD fails with EBADF on a closed descriptor.
    fcntl(&reader, FcntlArg::F_GETFD)?;
    let body = consume(reader.by_ref().take(4))?;
    println!("the same stream afterwards:    {body:?}");
    assert_eq!(body, "body");

    writer.write_all(b"one\ntwo\n")?;
    let mut line = String::new();
    BufReader::new(reader.by_ref()).read_line(&mut line)?;
    assert_eq!(line, "one\n");
    writer.write_all(b"three\n")?;
    let next = consume(reader.by_ref().take(6))?;
    println!("after a dropped BufReader:     {next:?}");
    assert_eq!(next, "three\n", "\"two\" went with the buffer");

    // Without by_ref the wrapper owns the stream, and the pipe's only read end closes with it.
    writer.write_all(b"tail")?;
    let tail = consume(reader.take(4))?;
    let refused = writer.write_all(b"more").unwrap_err();
    println!("an owned stream, {tail:?}, then: {refused}");
    assert_eq!(refused.kind(), ErrorKind::BrokenPipe);
    Ok(())
}

/// Reads all of `source`, and drops it.
fn consume(mut source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.read_to_string(&mut text)?;
    Ok(text)
}
