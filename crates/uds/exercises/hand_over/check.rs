//! What arrives is the open file itself.
//!
//! ```syscalls
//! sendmsg(*SCM_RIGHTS*) = *
//! recvmsg(*SCM_RIGHTS*) = *
//! ```

use std::io::{Read, Seek, Write};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::exercise::{receive, send};

pub fn main() {
    let (here, there) = UnixStream::pair().expect("a pair of sockets");
    let limit = Some(Duration::from_secs(10));
    there.set_read_timeout(limit).expect("a timeout");

    let mut file = tempfile::tempfile().expect("a file without a name");
    file.write_all(b"read here, read there").expect("a file");
    file.rewind().expect("a file");
    file.read_exact(&mut [0; 11]).expect("there is enough");
    let mut kept = file.try_clone().expect("a second descriptor");

    send(&here, &file).expect("the other end is there");
    drop(file);
    let mut received = receive(&there)
        .expect("a file was sent, and is to arrive although its sender has closed it");
    println!("✓ an open file arrives, although its sender has closed it");

    let mut rest = String::new();
    received.read_to_string(&mut rest).expect("it can be read");
    assert_eq!(
        rest, "read there",
        "reading goes on where the sender had got to"
    );
    let here_now = kept.stream_position().expect("a file");
    assert_eq!(
        here_now, 21,
        "both have one offset, which is now at the end"
    );
    println!("✓ the offset is shared");

    received
        .write_all(b"!")
        .expect("what was open for writing still is");
    println!("✓ the rights are shared");

    drop(here);
    assert!(
        receive(&there).is_err(),
        "the other end is gone and has sent nothing"
    );
    println!("✓ an end without a file is an error");
}
