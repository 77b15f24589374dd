//! Asks a datagram server at a socket file, so that it can answer.
//!
//! `ask` sends one datagram to the server and returns the one that comes back, of up to 1000 bytes.
//! The version below is heard, but the server knows no address to answer to: nobody gives one to a
//! Unix-domain socket by itself. `own` is a path that may be used for it. Nothing may be left there
//! afterwards, also when asking failed.
//!
//! Checked: from which address the question came, the answer, a second question, a server that is
//! not there, and the folder afterwards.
//!
//! Lesson: uds/uds-datagram-client

use std::io;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server at `server` answers to `question`.
pub fn ask(server: &Path, _own: &Path, question: &[u8]) -> io::Result<Vec<u8>> {
    let socket = UnixDatagram::unbound()?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.send_to(question, server)?;
    let mut answer = vec![0; 1000];
    let length = socket.recv(&mut answer)?;
    answer.truncate(length);
    Ok(answer)
}
