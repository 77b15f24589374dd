//! A read returns 1 to `buffer.len()` bytes; 0 only at the end, or for an empty buffer.
//!
//! The kernel hands over what is there and does not wait for the rest, so a short read says
//! nothing about the end. "Nothing there yet" is not 0 either: the call blocks, or fails with
//! `WouldBlock` where the descriptor is non-blocking. A file's end is no state that it stays in:
//! read again once it has grown, and there is more.
//!
//! Go's `Read` may return its last bytes together with `io.EOF`; here the end is a read of its own.
//!
//! ```syscalls
//! recvfrom(4, *, 5, *) = -1 EAGAIN (*)
//! sendto(3, "Hello, world", 12, *) = 12
//! recvfrom(4, "Hello", 5, *) = 5
//! recvfrom(4, ", wor", 5, *) = 5
//! recvfrom(4, "ld", 5, *) = 2
//! recvfrom(4, *, 5, *) = -1 EAGAIN (*)
//! close(3) = 0
//! recvfrom(4, "", 5, *) = 0
//! read(3, "one", 5) = 3
//! read(3, "", 5) = 0
//! write(5, "more", 4) = 4
//! read(3, "more", 5) = 4
//! ```

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;

fn main() -> io::Result<()> {
    let (mut sender, mut receiver) = UnixStream::pair()?;
    receiver.set_nonblocking(true)?;
    let mut buffer = [0; 5];

    let nothing_yet = receiver.read(&mut buffer).unwrap_err();
    assert_eq!(nothing_yet.kind(), ErrorKind::WouldBlock);
    println!("before the first write: {nothing_yet}");

    sender.write_all(b"Hello, world")?;
    assert_eq!(receiver.read(&mut [])?, 0);
    println!("into an empty buffer: 0 bytes, though 12 are waiting");
    for expected in ["Hello", ", wor", "ld"] {
        let n = receiver.read(&mut buffer)?;
        println!("{n} bytes: {:?}", String::from_utf8_lossy(&buffer[..n]));
        assert_eq!(&buffer[..n], expected.as_bytes());
    }
    // Only `buffer[..n]` belongs to this read; behind it stands what an earlier one left.
    println!("the whole buffer: {:?}", String::from_utf8_lossy(&buffer));
    assert_eq!(&buffer, b"ldwor");

    let all_taken = receiver.read(&mut buffer).unwrap_err();
    assert_eq!(all_taken.kind(), ErrorKind::WouldBlock);
    drop(sender);
    assert_eq!(receiver.read(&mut buffer)?, 0);
    assert_eq!(receiver.read(&mut buffer)?, 0);
    println!("after the sender closed: 0 bytes, and 0 again");

    let dir = tempfile::tempdir()?;
    let path = dir.path().join("log");
    fs::write(&path, "one")?;
    let mut file = File::open(&path)?;
    let mut sizes = [0; 4];
    sizes[0] = file.read(&mut buffer)?;
    sizes[1] = file.read(&mut buffer)?;
    let mut log = File::options().append(true).open(&path)?;
    log.write_all(b"more")?;
    sizes[2] = file.read(&mut buffer)?;
    sizes[3] = file.read(&mut buffer)?;
    println!("a file, read twice, appended to, read twice: {sizes:?}");
    assert_eq!(sizes, [3, 0, 4, 0]);
    Ok(())
}
