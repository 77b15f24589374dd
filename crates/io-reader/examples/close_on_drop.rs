//! Leaving a scope closes the descriptors it owns, also on an early return or a panic.
//!
//! Go's `defer file.Close()` is a line to remember and runs when the function returns. Drop comes
//! with the type and runs at the end of the block. It has nowhere to report an error to: whoever
//! must know that the data reached the disk calls `sync_all` before.
//!
//! The witness is the other end of a socket pair: a read there would block while a descriptor of
//! this end is open, and finds the end of the stream from the moment that none is.
//!
//! ```syscalls
//! socketpair(AF_UNIX, *, 0, [$end, $peer]) = 0
//! recvfrom($peer, *) = -1 EAGAIN (*)
//! close($end) = 0
//! recvfrom($peer, "", *) = 0
//! fcntl($first, F_DUPFD_CLOEXEC, *) = $clone
//! close($first) = 0
//! recvfrom($other, *) = -1 EAGAIN (*)
//! close($clone) = 0
//! recvfrom($other, "", *) = 0
//! ```

use std::io::{self, ErrorKind, Read};
use std::num::ParseIntError;
use std::os::unix::net::UnixStream;
use std::panic;

fn main() -> io::Result<()> {
    let (stream, mut peer) = pair()?;
    {
        let _stream = stream;
        assert!(is_open(&mut peer)?);
    }
    assert!(!is_open(&mut peer)?);
    println!("closed at the end of the block");

    let (stream, mut peer) = pair()?;
    let error = parse_beside(stream, "twelve").unwrap_err();
    assert!(!is_open(&mut peer)?);
    println!("closed by an early return: {error}");

    let (stream, mut peer) = pair()?;
    panic::set_hook(Box::new(|_| {}));
    let unwound = panic::catch_unwind(|| {
        let _stream = stream;
        panic!("on purpose");
    });
    drop(panic::take_hook());
    assert!(unwound.is_err());
    assert!(!is_open(&mut peer)?);
    println!("closed by a panic that unwinds");

    let (stream, mut peer) = pair()?;
    let clone = stream.try_clone()?;
    drop(stream);
    assert!(is_open(&mut peer)?, "the clone is a descriptor too");
    drop(clone);
    assert!(!is_open(&mut peer)?);
    println!("closed with the last of two descriptors");

    let (stream, mut peer) = pair()?;
    std::mem::forget(stream);
    assert!(is_open(&mut peer)?);
    println!("still open, and for good: one that was forgotten");
    Ok(())
}

/// Owns the stream until it returns, whichever way.
fn parse_beside(_stream: UnixStream, text: &str) -> Result<i32, ParseIntError> {
    let number: i32 = text.parse()?;
    Ok(number + 1)
}

/// A socket pair whose second end answers at once, also when there is nothing to read.
fn pair() -> io::Result<(UnixStream, UnixStream)> {
    let (stream, peer) = UnixStream::pair()?;
    peer.set_nonblocking(true)?;
    Ok((stream, peer))
}

/// Whether the end across from `peer` is open. Nothing is ever sent over these pairs.
fn is_open(peer: &mut UnixStream) -> io::Result<bool> {
    match peer.read(&mut [0]) {
        Ok(n) => Ok(n > 0),
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(true),
        Err(error) => Err(error),
    }
}
