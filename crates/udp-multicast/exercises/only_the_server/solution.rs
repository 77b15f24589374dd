//! `connect` on a UDP socket sends nothing: it tells the kernel whom the socket is about.
//!
//! Datagrams of others are dropped before we see them, and the "port unreachable" that comes back
//! finds the socket that it is for.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

/// What `server` answers to `question` within `patience`.
pub fn ask(server: SocketAddr, question: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.connect(server)?;
    socket.set_read_timeout(Some(patience))?;
    socket.send(question)?;
    let mut answer = vec![0; 2048];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}
