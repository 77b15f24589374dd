//! Says that the question is over, and still gets the answer.
//!
//! Some protocols end a request by ending what is sent: the server reads up to the end, and answers
//! then. The version below sends the request and waits for the answer, while the server waits for
//! the end of the request. To close the connection would end it in both directions.
//!
//! Checked with a server that reads to the end, and gives up after three seconds; and on Linux what
//! was shut.
//!
//! Lesson: tcp-http/connect-before-accept

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// What the other end answers to `request`.
pub fn ask(mut connection: &TcpStream, request: &[u8]) -> io::Result<Vec<u8>> {
    connection.write_all(request)?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    Ok(answer)
}
