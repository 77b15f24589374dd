//! Only the server's datagrams are answers, and a refusal is seen.
//!
//! ```syscalls
//! connect($socket, {sa_family=AF_INET, *) = 0
//! sendto($socket, "anybody?", 8, *) = 8
//! recvfrom($socket, *) = -1 ECONNREFUSED (*)
//! ```

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use super::exercise::ask;

pub fn main() {
    let limit = Duration::from_secs(10);
    let socket = || UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let (server, stranger) = (socket(), socket());
    server.set_read_timeout(Some(limit)).expect("a timeout");
    let address = server.local_addr().expect("an address");

    let asking = thread::spawn(move || ask(address, b"who are you?", limit));
    let mut buffer = [0; 100];
    let (length, client) = server.recv_from(&mut buffer).expect("a question");
    assert_eq!(&buffer[..length], b"who are you?", "the question");
    // Loopback keeps the order: the lie is there before the truth. When the kernel drops it, some
    // systems say so to the sender.
    let _ = stranger.send_to(b"a stranger", client);
    server
        .send_to(b"the server", client)
        .expect("the client waits");
    let answer = asking.join().expect("no panic").expect("an answer");
    assert_eq!(
        String::from_utf8_lossy(&answer),
        "the server",
        "only what the server sends is an answer"
    );
    println!("✓ a stranger's answer is not taken");

    let nobody = socket().local_addr().expect("an address");
    let error = ask(nobody, b"anybody?", Duration::from_secs(2)).map_err(|error| error.kind());
    assert_eq!(
        error,
        Err(ErrorKind::ConnectionRefused),
        "nobody has the port, and the kernel says so at once"
    );
    println!("✓ a port that nobody has is an error at once");
}
