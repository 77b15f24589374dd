//! A limit reads no more than n bytes, and leaves all that follows in the source.
//!
//! Formats in which a length goes before each part need both: the part's reader must not run into
//! the next part, nor take bytes ahead that the next part's reader will miss. At the limit it
//! reports the end without asking the source, since a peer that keeps the connection open would
//! let that read wait for ever. `std::io::Take` and Go's `io.LimitReader` do the same.
//!
//! ```syscalls
//! recvfrom(4, "\5", 1, *) = 1
//! recvfrom(4, "hello", 5, *) = 5
//! recvfrom(4, "\6", 1, *) = 1
//! recvfrom(4, " world", 6, *) = 6
//! recvfrom x4
//! ```

use std::io::{self, BufReader, Read, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use io_reader::limit::Limit;

fn main() -> io::Result<()> {
    for room in 1..=8 {
        let mut source = &b"0123456789"[..];
        let mut limit = Limit::new(&mut source, 5);
        let mut buffer = vec![0; room];
        let mut sizes = Vec::new();
        loop {
            let n = limit.read(&mut buffer)?;
            sizes.push(n);
            if n == 0 {
                break;
            }
        }
        println!("5 of 10 bytes into a buffer of {room}: {sizes:?}");
        assert_eq!(sizes.iter().sum::<usize>(), 5);
        assert_eq!(limit.remaining(), 0);
        assert_eq!(source, b"56789");
    }

    // The peer stays: behind the second part there is neither a byte nor an end to be read.
    let (mut peer, mut stream) = UnixStream::pair()?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    peer.write_all(b"\x05hello\x06 world")?;
    let mut parts = [String::new(), String::new()];
    for part in &mut parts {
        let mut len = [0];
        stream.read_exact(&mut len)?;
        Limit::new(&mut stream, len[0].into()).read_to_string(part)?;
    }
    println!("two parts of a stream that stays open: {parts:?}");
    assert_eq!(parts, ["hello", " world"]);

    // A buffer inside the limit reads ahead of it; one outside gets no more than the limit gives.
    let mut source = &b"0123456789"[..];
    Limit::new(BufReader::new(&mut source), 5).read_to_end(&mut Vec::new())?;
    assert_eq!(source, b"");
    let mut source = &b"0123456789"[..];
    BufReader::new(Limit::new(&mut source, 5)).read_to_end(&mut Vec::new())?;
    assert_eq!(source, b"56789");
    Ok(())
}
