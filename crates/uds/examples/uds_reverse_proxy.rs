//! TCP in front, a socket file behind: a proxy passes on bytes, and each direction's end.
//!
//! A common layout: nginx has port 443, the application a file that only nginx may connect to. The
//! delicate part is the end. This client sends all it has, ends its direction, and only then is
//! there an answer to wait for. A proxy that closes both directions when one ends would cut it off.
//! `uds::bridge` has a thread for each direction; on Linux the bytes go through a pipe and never come to
//! the process.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::{UnixListener, UnixStream};
use std::thread;

use uds::bridge::relay;

/// Knows its whole input only at the end of it: answers with the bytes in reverse.
fn reverse(mut stream: UnixStream) -> io::Result<()> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    bytes.reverse();
    stream.write_all(&bytes)
}

fn main() -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("app.sock");
    let application = UnixListener::bind(&path)?;
    let front = TcpListener::bind("127.0.0.1:0")?;
    let address = front.local_addr()?;

    let behind = thread::spawn(move || reverse(application.accept()?.0));
    let proxy = thread::spawn(move || {
        let (client, _) = front.accept()?;
        relay(&client.into(), &UnixStream::connect(path)?.into())
    });

    let sent: Vec<u8> = (0..1_000_000_u32)
        .map(|n| (n.wrapping_mul(n) >> 7) as u8)
        .collect();
    let mut client = TcpStream::connect(address)?;
    client.write_all(&sent)?;
    client.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    client.read_to_end(&mut answer)?;

    let relayed = proxy.join().expect("the proxy does not panic")?;
    behind.join().expect("the application does not panic")?;
    println!("there: {:?}\nback:  {:?}", relayed.there, relayed.back);
    assert!(
        answer.iter().eq(sent.iter().rev()),
        "the bytes are equal both ways"
    );
    assert_eq!(
        (relayed.there.bytes, relayed.back.bytes),
        (1_000_000, 1_000_000)
    );
    assert!(relayed.there.failure.is_none() && relayed.back.failure.is_none());
    Ok(())
}
