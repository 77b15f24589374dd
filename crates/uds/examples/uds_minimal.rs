//! A Unix-domain socket is used as a TCP socket is; its address is a path, and no port is taken.
//!
//! The five calls are the same: socket, bind, listen, connect, accept. Only the address differs, and with
//! it where the bytes go: from one process's buffer to the other's, with no protocol in between. In
//! Go it is `net.Listen("unix", path)` and `net.Dial("unix", path)`.
//!
//! ```syscalls
//! socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = $listener
//! bind($listener, {sa_family=AF_UNIX, sun_path="*/minimal.sock"}, *) = 0
//! listen($listener, *) = 0
//! socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = $client
//! connect($client, {sa_family=AF_UNIX, sun_path="*/minimal.sock"}, *) = 0
//! accept4($listener, *, SOCK_CLOEXEC) = *
//! !socket(AF_INET*)
//! ```

use std::io::{self, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("minimal.sock");
    let listener = UnixListener::bind(&path)?;
    println!("listening at {:?}", listener.local_addr()?);

    // The kernel completes the connection and queues it: no need for another thread.
    let mut client = UnixStream::connect(&path)?;
    let (mut server, peer) = listener.accept()?;
    println!("accepted from {peer:?}: a client needs no name");
    assert!(peer.is_unnamed());
    assert_eq!(client.peer_addr()?.as_pathname(), Some(path.as_path()));

    client.write_all(b"hello over a file name")?;
    drop(client);
    let mut text = String::new();
    server.read_to_string(&mut text)?;
    println!("the server read {text:?}, then the end");
    assert_eq!(text, "hello over a file name");
    Ok(())
}
