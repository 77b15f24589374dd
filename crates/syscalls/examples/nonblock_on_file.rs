//! O_NONBLOCK does nothing on a regular file: a read never says EAGAIN.
//!
//! On a pipe or a socket the flag means: if you would have to wait for somebody, say `EAGAIN`
//! instead. A file has nobody to wait for. Its bytes are in memory or the disk brings them, and for
//! the disk the thread sleeps, flag or no flag. So "non-blocking" file access is done by other
//! threads (Go's runtime, tokio, libuv) or by io_uring.
//!
//! Go sets the flag when it tries to have a file watched, and clears it when epoll has refused:
//! those are the pairs of `fcntl` that a trace of a Go program shows.
//!
//! ```syscalls
//! fcntl($file, F_SETFL, *O_NONBLOCK*) = 0
//! read($file, *) = 4096
//! read($file, *) = 0
//! fcntl($pipe, F_SETFL, *O_NONBLOCK*) = 0
//! read($pipe, *) = -1 EAGAIN (Resource temporarily unavailable)
//! read(*) = -1 EAGAIN (Resource temporarily unavailable) x1
//! ```

use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, Write, pipe};
use std::os::fd::AsFd;

use nix::fcntl::{FcntlArg, OFlag, fcntl};

fn main() -> io::Result<()> {
    let mut file = tempfile::tempfile()?;
    file.write_all(&[7; 100_000])?;

    for on in [true, false] {
        set_nonblocking(&file, on)?;
        let (bytes, refused) = read_to_the_end(&mut file)?;
        println!("file, O_NONBLOCK {on:>5}: {bytes} bytes, {refused} times EAGAIN");
        assert_eq!((bytes, refused), (100_000, 0));
    }

    let (mut reader, _writer) = pipe()?;
    set_nonblocking(&reader, true)?;
    let refused = reader.read(&mut [0; 1]).unwrap_err();
    println!("pipe, O_NONBLOCK  true: {refused}");
    assert_eq!(refused.kind(), ErrorKind::WouldBlock);
    Ok(())
}

fn set_nonblocking(fd: impl AsFd, on: bool) -> nix::Result<()> {
    let mut flags = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    flags.set(OFlag::O_NONBLOCK, on);
    fcntl(&fd, FcntlArg::F_SETFL(flags))?;
    let now = OFlag::from_bits_retain(fcntl(&fd, FcntlArg::F_GETFL)?);
    assert_eq!(now.contains(OFlag::O_NONBLOCK), on);
    Ok(())
}

/// How many bytes there were, and how many reads were refused.
fn read_to_the_end(file: &mut File) -> io::Result<(usize, usize)> {
    file.rewind()?;
    let (mut bytes, mut refused) = (0, 0);
    let mut buffer = [0; 4096];
    loop {
        match file.read(&mut buffer) {
            // The end, too, is an answer and not a reason to wait.
            Ok(0) => return Ok((bytes, refused)),
            Ok(n) => bytes += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => refused += 1,
            Err(error) => return Err(error),
        }
    }
}
