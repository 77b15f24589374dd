//! UDP.

use std::io;
use std::net::{self, SocketAddr, ToSocketAddrs};
use std::panic::Location;

use super::Registered;

/// A socket for datagrams.
#[derive(Debug)]
pub struct UdpSocket(Registered<net::UdpSocket>);

impl UdpSocket {
    /// A socket at the first of the addresses that can be had; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Those of `bind(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        Registered::new(net::UdpSocket::bind(address)?).map(UdpSocket)
    }

    /// Waits for a datagram; what does not fit into the buffer is lost.
    ///
    /// # Errors
    ///
    /// Those of `recvfrom(2)`.
    #[track_caller]
    pub fn recv_from(
        &self,
        buffer: &mut [u8],
    ) -> impl Future<Output = io::Result<(usize, SocketAddr)>> + Send {
        let place = Location::caller();
        async move {
            let receive = |socket: &net::UdpSocket| socket.recv_from(buffer);
            self.0.read_with(place, receive).await
        }
    }

    /// Sends a datagram.
    ///
    /// # Errors
    ///
    /// Those of `sendto(2)`.
    #[track_caller]
    pub fn send_to(
        &self,
        datagram: &[u8],
        to: SocketAddr,
    ) -> impl Future<Output = io::Result<usize>> + Send {
        let place = Location::caller();
        async move {
            let send = |socket: &net::UdpSocket| socket.send_to(datagram, to);
            self.0.write_with(place, send).await
        }
    }

    /// Where it is bound.
    ///
    /// # Errors
    ///
    /// Those of `getsockname(2)`.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }
}
