//! A client can connect and send before the server calls accept, since the kernel does the handshake.
//!
//! `listen` is what opens the door: from then on the kernel answers SYN with SYN-ACK by itself, and puts
//! finished connections into a queue. `accept` only takes one out. So a connection that was established
//! says nothing about the program behind it, which may be stuck; and a client has done its half of the
//! handshake's one and a half round trips when `connect` returns. The queue's length is the number given
//! to `listen`: std says 128, Go the most that the system allows.
//!
//! ```syscalls
//! listen($listener, *) = 0
//! connect($client, *) = 0
//! sendto($client, "are you there?", 14, *) = 14
//! accept4($listener, *) = $connection
//! recvfrom($connection, "are you there?", *) = 14
//! ```

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;

    let mut client = TcpStream::connect(listener.local_addr()?)?;
    println!(
        "connected: {} to {}",
        client.local_addr()?,
        client.peer_addr()?
    );
    client.write_all(b"are you there?")?;
    client.shutdown(Shutdown::Write)?;
    println!("sent and finished; nobody has accepted yet");

    // There is one thread in this program: accept could not have been called before.
    let (mut connection, peer) = listener.accept()?;
    let mut received = String::new();
    connection.read_to_string(&mut received)?;
    println!("accepted {peer}, and it was there already: {received:?}");
    assert_eq!(peer, client.local_addr()?);
    assert_eq!(received, "are you there?");
    Ok(())
}
