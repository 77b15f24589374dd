//! A reader and a writer joined into one type are a stream; its buffered half needs a flush.
//!
//! Protocols are written against one `Read + Write`, but a child's stdin and stdout, or two pipes,
//! are two objects. Two trait impls that pass the calls on make one of them, as Go's
//! `bufio.NewReadWriter` does. A pipe carries bytes one way: what goes in here comes out only at
//! the other side's reader.
//!
//! Who waits for the answer to a question that is still in a buffer waits for ever. `flush` belongs
//! where writing stops and reading begins.
//!
//! ```syscalls
//! pipe2([$requests, $sender], O_CLOEXEC) = 0
//! pipe2([$answers, $replier], O_CLOEXEC) = 0
//! write($sender, "ping", 4) = 4
//! read($requests, "ping", 4) = 4
//! write($replier, "pong", 4) = 4
//! read($answers, "pong", 4) = 4
//! ```

use std::io::{self, BufWriter, Read, Write};
use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

struct Pair<R, W> {
    reader: R,
    writer: W,
}

impl<R: Read, W> Read for Pair<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl<R, W: Write> Write for Pair<R, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

fn main() -> io::Result<()> {
    let (from_left, to_right) = io::pipe()?;
    let (from_right, to_left) = io::pipe()?;
    let mut left = Pair {
        reader: from_right,
        writer: BufWriter::new(to_right),
    };
    let mut right = Pair {
        reader: from_left,
        writer: to_left,
    };

    left.write_all(b"ping")?;
    let before = is_readable(&right.reader)?;
    left.flush()?;
    let after = is_readable(&right.reader)?;
    println!("ping can be read on the right: {before}, and after the flush: {after}");
    assert_eq!((before, after), (false, true));
    assert!(!is_readable(&left.reader)?);

    let mut message = [0; 4];
    right.read_exact(&mut message)?;
    assert_eq!(&message, b"ping");
    right.write_all(b"pong")?;
    assert!(!is_readable(&right.reader)?);
    left.read_exact(&mut message)?;
    println!("left reads {:?}", String::from_utf8_lossy(&message));
    assert_eq!(&message, b"pong");

    // One drop closes both halves: for the other side nothing more to read, nobody to write to.
    drop(left);
    assert_eq!(right.read(&mut message)?, 0);
    let error = right.write(b"pong").unwrap_err();
    println!("left is dropped: right reads 0 bytes, and writing fails: {error}");
    assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    Ok(())
}

/// Whether a read would return at once.
fn is_readable(stream: &impl AsFd) -> io::Result<bool> {
    let mut fds = [PollFd::new(stream.as_fd(), PollFlags::POLLIN)];
    Ok(poll(&mut fds, PollTimeout::ZERO)? > 0)
}
