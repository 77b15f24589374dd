//! The kernel noted the process when it called `connect`, and tells whoever has the other end.
//!
//! Nothing is read from the connection: what the client sends is still there for others.

use std::io;
use std::os::unix::net::UnixStream;

use uds::credentials::Credentials;

/// The number of the process that has connected.
pub fn process_of(client: &UnixStream) -> io::Result<u32> {
    let pid = Credentials::of_peer(client)?.pid;
    pid.map(|pid| pid.as_raw() as u32)
        .ok_or_else(|| io::Error::other("the system does not say which process it is"))
}
