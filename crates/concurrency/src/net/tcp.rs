//! TCP.

use std::io::{self, Read, Write};
use std::net::{self, Shutdown, SocketAddr, ToSocketAddrs};
use std::panic::Location;

use socket2::{Domain, Protocol, SockRef, Socket, Type};

use super::Registered;
use crate::runtime::blocking;

/// A socket that takes connections.
#[derive(Debug)]
pub struct TcpListener(Registered<net::TcpListener>);

/// A connection.
#[derive(Debug)]
pub struct TcpStream(Registered<net::TcpStream>);

/// How many connections the kernel may hold that nobody has accepted yet. It takes no more than
/// `net.core.somaxconn`. std asks for 128; the client whose turn is later hears nothing, and tries again
/// after a second.
const BACKLOG: i32 = 4096;

impl TcpListener {
    /// Listens at the first of the addresses that can be had; port 0 takes a free one.
    ///
    /// # Errors
    ///
    /// Those of `bind(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn bind(address: impl ToSocketAddrs) -> io::Result<Self> {
        let listener = net::TcpListener::bind(address)?;
        SockRef::from(&listener).listen(BACKLOG)?;
        Self::from_std(listener)
    }

    /// Takes a listener that is there already: one that was inherited, say.
    ///
    /// # Errors
    ///
    /// Those of [`Registered::new`].
    pub fn from_std(listener: net::TcpListener) -> io::Result<Self> {
        Registered::new(listener).map(TcpListener)
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// Those of `accept(2)`: too many open files, for one. The listener goes on.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<(TcpStream, SocketAddr)>> + Send {
        let place = Location::caller();
        async move {
            let (stream, peer) = self.0.read_with(place, net::TcpListener::accept).await?;
            Ok((TcpStream(Registered::new(stream)?), peer))
        }
    }

    /// Where it listens.
    ///
    /// # Errors
    ///
    /// Those of `getsockname(2)`.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }
}

impl TcpStream {
    /// Connects to the first of the addresses that answers. A name is looked up in a
    /// [`blocking`] call, as there is no other way that asks what the system would.
    ///
    /// # Errors
    ///
    /// Those of `connect(2)` with the last address.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn connect(
        address: impl ToSocketAddrs + Send,
    ) -> impl Future<Output = io::Result<Self>> + Send {
        let place = Location::caller();
        async move {
            let addresses: Vec<_> = blocking(|| address.to_socket_addrs())?.collect();
            let mut last = io::Error::new(io::ErrorKind::InvalidInput, "there is no address");
            for address in addresses {
                match Self::connect_to(address, place).await {
                    Ok(stream) => return Ok(stream),
                    Err(error) => last = error,
                }
            }
            Err(last)
        }
    }

    async fn connect_to(
        address: SocketAddr,
        place: &'static Location<'static>,
    ) -> io::Result<Self> {
        let socket = Socket::new(
            Domain::for_address(address),
            Type::STREAM,
            Some(Protocol::TCP),
        )?;
        socket.set_nonblocking(true)?;
        match socket.connect(&address.into()) {
            Ok(()) => {}
            // On its way: the socket becomes writable when it has arrived, or failed.
            Err(error) if is_in_progress(&error) => {}
            Err(error) => return Err(error),
        }
        let stream = Registered::of_nonblocking(net::TcpStream::from(socket))?;
        let connected = stream.write_with(place, |stream| {
            if let Some(error) = stream.take_error()? {
                return Err(error);
            }
            match stream.peer_addr() {
                Err(error) if error.kind() == io::ErrorKind::NotConnected => {
                    Err(io::ErrorKind::WouldBlock.into())
                }
                outcome => outcome.map(drop),
            }
        });
        connected.await?;
        Ok(TcpStream(stream))
    }

    /// Reads what is there, at least one byte; 0 at the end.
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`.
    #[track_caller]
    pub fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send {
        self.read_at(Location::caller(), buffer)
    }

    async fn read_at(
        &self,
        place: &'static Location<'static>,
        buffer: &mut [u8],
    ) -> io::Result<usize> {
        let read = |mut stream: &net::TcpStream| stream.read(buffer);
        self.0.read_with(place, read).await
    }

    /// Fills the buffer.
    ///
    /// # Errors
    ///
    /// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when it ends before; those of
    /// [`read`](Self::read).
    #[track_caller]
    pub fn read_exact(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<()>> + Send {
        let place = Location::caller();
        async move {
            let mut filled = 0;
            while filled < buffer.len() {
                match self.read_at(place, &mut buffer[filled..]).await? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    n => filled += n,
                }
            }
            Ok(())
        }
    }

    /// Writes some of it, at least one byte of what is not empty.
    ///
    /// # Errors
    ///
    /// Those of `send(2)`.
    #[track_caller]
    pub fn write(&self, bytes: &[u8]) -> impl Future<Output = io::Result<usize>> + Send {
        self.write_at(Location::caller(), bytes)
    }

    async fn write_at(&self, place: &'static Location<'static>, bytes: &[u8]) -> io::Result<usize> {
        let write = |mut stream: &net::TcpStream| stream.write(bytes);
        self.0.write_with(place, write).await
    }

    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// Those of [`write`](Self::write).
    #[track_caller]
    pub fn write_all(&self, mut bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send {
        let place = Location::caller();
        async move {
            while !bytes.is_empty() {
                match self.write_at(place, bytes).await? {
                    0 => return Err(io::ErrorKind::WriteZero.into()),
                    n => bytes = &bytes[n..],
                }
            }
            Ok(())
        }
    }

    /// Ends one direction or both.
    ///
    /// # Errors
    ///
    /// Those of `shutdown(2)`.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        self.0.get_ref().shutdown(how)
    }

    /// Sends small pieces at once (`TCP_NODELAY`).
    ///
    /// # Errors
    ///
    /// Those of `setsockopt(2)`.
    pub fn set_nodelay(&self, nodelay: bool) -> io::Result<()> {
        self.0.get_ref().set_nodelay(nodelay)
    }

    /// Our end's address.
    ///
    /// # Errors
    ///
    /// Those of `getsockname(2)`.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().local_addr()
    }

    /// The other end's address.
    ///
    /// # Errors
    ///
    /// Those of `getpeername(2)`.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().peer_addr()
    }
}

pub(super) fn is_in_progress(error: &io::Error) -> bool {
    use nix::errno::Errno;
    error.kind() == io::ErrorKind::WouldBlock
        || error.raw_os_error() == Some(Errno::EINPROGRESS as i32)
}
