//! A socketpair is a pipe with two ends that both read and write, and end independently.
//!
//! A pipe has one direction; for a conversation with a child one needs two of them. `socketpair` makes
//! two sockets that are connected from birth: no name, no listener, nobody else can get in. Shutting
//! down one direction leaves the other, closing one end is the end of the stream for the other.
//! std has `UnixStream::pair`; Go's `net` has no such function, `syscall.Socketpair` has.
//!
//! ```syscalls
//! socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [$one, $other]) = 0
//! shutdown($one, SHUT_WR) = 0
//! ```

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;

fn main() -> io::Result<()> {
    let (mut one, mut other) = UnixStream::pair()?;
    one.write_all(b"to the other")?;
    other.write_all(b"to the one")?;
    let (mut at_one, mut at_other) = ([0; 10], [0; 12]);
    one.read_exact(&mut at_one)?;
    other.read_exact(&mut at_other)?;
    println!(
        "both ways: {:?} and {:?}",
        at_other.escape_ascii().to_string(),
        at_one.escape_ascii().to_string()
    );
    assert_eq!((&at_other, &at_one), (b"to the other", b"to the one"));

    one.shutdown(Shutdown::Write)?;
    assert_eq!(other.read(&mut at_other)?, 0);
    other.write_all(b"still open")?;
    one.read_exact(&mut at_one)?;
    println!(
        "one direction has ended, the other has not: {:?}",
        at_one.escape_ascii().to_string()
    );
    assert_eq!(&at_one, b"still open");

    drop(one);
    assert_eq!(other.read(&mut at_other)?, 0);
    let broken = other.write(b"to nobody").unwrap_err();
    println!("the one is closed: the other reads the end, and writing is {broken}");
    assert_eq!(broken.kind(), ErrorKind::BrokenPipe);
    Ok(())
}
