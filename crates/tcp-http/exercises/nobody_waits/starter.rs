//! Serves a client while another one says nothing.
//!
//! `serve` sends back to each client what it sends, until it ends, and never returns. The version
//! below serves one after the other. A client that connects and is silent keeps all others waiting,
//! for as long as it likes.
//!
//! Checked: clients that speak while others are silent, and that each gets back its own.
//!
//! Lesson: tcp-http/min-tcp-server

use std::io;
use std::net::{TcpListener, TcpStream};

/// Serves whoever connects.
pub fn serve(listener: &TcpListener) {
    for connection in listener.incoming().flatten() {
        // A client that breaks off is no concern of the others.
        let _ = echo(&connection);
    }
}

/// Sends back what comes, to the end.
fn echo(connection: &TcpStream) -> io::Result<()> {
    let (mut reader, mut writer) = (connection, connection);
    io::copy(&mut reader, &mut writer)?;
    Ok(())
}
