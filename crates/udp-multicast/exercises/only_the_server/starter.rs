//! Takes the answer from the server only, and knows at once when there is none.
//!
//! `ask` sends a question and returns the answer. The version below takes whatever comes to its
//! port for the answer, whoever has sent it. And when nobody has the server's port, it waits its
//! whole patience for an answer, although the server's machine has said so at once.
//!
//! Checked: a stranger who answers first, a port that nobody has; and on Linux what the kernel
//! returns then.
//!
//! Lesson: udp-multicast/udp-connected

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::time::Duration;

/// What `server` answers to `question` within `patience`.
pub fn ask(server: SocketAddr, question: &[u8], patience: Duration) -> io::Result<Vec<u8>> {
    let socket = UdpSocket::bind("127.0.0.1:0")?;
    socket.set_read_timeout(Some(patience))?;
    socket.send_to(question, server)?;
    let mut answer = vec![0; 2048];
    let (length, _) = socket.recv_from(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}
