//! Each try has its own end, and each receive gets what is left until then.
//!
//! A timeout per receive alone would begin anew with every late answer. A server that gets the
//! question twice must be able to bear it: asking again is for questions that may be asked twice.

use std::io::{self, ErrorKind};
use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// The answer to `question`, with its number.
pub fn ask(socket: &UdpSocket, question: &[u8], tries: u32, wait: Duration) -> io::Result<Vec<u8>> {
    for _ in 0..tries {
        socket.send(question)?;
        let end = Instant::now() + wait;
        while let Some(answer) = receive_until(socket, end)? {
            if answer.get(..2) == question.get(..2) {
                return Ok(answer);
            }
        }
    }
    Err(ErrorKind::TimedOut.into())
}

/// The next datagram; `None` when there is none until `end`.
fn receive_until(socket: &UdpSocket, end: Instant) -> io::Result<Option<Vec<u8>>> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Ok(None);
    }
    socket.set_read_timeout(Some(left))?;
    let mut answer = vec![0; 2048];
    match socket.recv(&mut answer) {
        Ok(length) => {
            answer.truncate(length);
            Ok(Some(answer))
        }
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
