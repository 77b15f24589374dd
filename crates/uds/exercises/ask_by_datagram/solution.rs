//! A bound socket has an address to answer to, and its file is removed on every way out.
//!
//! Connecting besides has the kernel drop whatever others send to `own`.

use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;
use std::{fs, io};

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server at `server` answers to `question`.
pub fn ask(server: &Path, own: &Path, question: &[u8]) -> io::Result<Vec<u8>> {
    let socket = UnixDatagram::bind(own)?;
    let answer = exchange(&socket, server, question);
    fs::remove_file(own)?;
    answer
}

fn exchange(socket: &UnixDatagram, server: &Path, question: &[u8]) -> io::Result<Vec<u8>> {
    socket.connect(server)?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send(question)?;
    let mut answer = vec![0; 1000];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}
