//! Sends a file without having its bytes pass through the program.
//!
//! Linux only: the call of this name on macOS takes other arguments.
//!
//! `send_file` sends all of a file over a connection, and returns how many bytes it was. The
//! version below has the kernel copy them into the program's memory, and back out of it. The kernel
//! can send what it has in its own memory. (`io::copy` does not ask for that here: what is sent is
//! the file's page itself, which somebody may still change.)
//!
//! Checked: what arrives, a file of a megabyte, an empty one; and that nobody read the file.
//!
//! Lesson: io-reader/io-copy

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Sends what `file` has from its offset to its end; how many bytes that was.
pub fn send_file(mut file: &File, mut connection: &TcpStream) -> io::Result<u64> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    connection.write_all(&bytes)?;
    Ok(bytes.len() as u64)
}
