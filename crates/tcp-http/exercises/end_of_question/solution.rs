//! A connection is two streams, and each ends by itself: shutting ours says "no more from here".
//!
//! The kernel sends a FIN behind the last byte, and the other direction goes on as before.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};

/// What the other end answers to `request`.
pub fn ask(mut connection: &TcpStream, request: &[u8]) -> io::Result<Vec<u8>> {
    connection.write_all(request)?;
    connection.shutdown(Shutdown::Write)?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    Ok(answer)
}
