//! Each connection gets a worker, so that only its own worker waits for a silent client.
//!
//! A thread that cannot be started refuses one client and does not end the server. How many there
//! may be is the next question: without a limit the clients decide it.

use std::io;
use std::net::{TcpListener, TcpStream};
use std::thread;

/// Serves whoever connects.
pub fn serve(listener: &TcpListener) {
    for connection in listener.incoming().flatten() {
        // A client that breaks off is no concern of the others.
        let worker = move || _ = echo(&connection);
        let _ = thread::Builder::new().spawn(worker);
    }
}

/// Sends back what comes, to the end.
fn echo(connection: &TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = (connection, connection);
    io::copy(&mut reader, &mut writer)?;
    Ok(())
}
