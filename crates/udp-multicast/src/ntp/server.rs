//! Answering by a socket.

use std::io;
use std::net::{SocketAddr, UdpSocket};

use super::responder::Responder;
use super::timestamp::{Offset, Timestamp};

/// Serves this machine's clock, plus an offset.
#[derive(Debug)]
pub struct Server {
    socket: UdpSocket,
    responder: Responder,
    offset: Offset,
}

impl Server {
    /// Serves from `socket`. With an `offset` of 2 s, clients find that their clock is 2 s behind.
    pub fn new(socket: UdpSocket, responder: Responder, offset: Offset) -> Self {
        Server {
            socket,
            responder,
            offset,
        }
    }

    /// Where it listens.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.socket.local_addr()
    }

    /// Waits for one datagram and answers it, if it is a question. Returns who sent it.
    ///
    /// Fails only when receiving does: that an answer cannot be sent is its client's loss.
    pub fn serve_one(&mut self) -> io::Result<SocketAddr> {
        // Longer ones have extensions: the first bytes are enough.
        let mut buffer = [0; 1024];
        let (len, from) = loop {
            match self.socket.recv_from(&mut buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                received => break received?,
            }
        };
        let offset = self.offset;
        let now = || Timestamp::now() + offset;
        let answer = self.responder.answer(&buffer[..len], from.ip(), now(), now);
        if let Some(answer) = answer {
            // A client that is gone, or a route that is: the next one may have better luck.
            let _ = self.socket.send_to(&answer, from);
        }
        Ok(from)
    }
}
