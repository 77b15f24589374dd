//! Unix-domain sockets.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net;
use std::panic::Location;
use std::path::Path;

use socket2::{Domain, SockAddr, Socket, Type};

use super::Registered;
use super::tcp::is_in_progress;

/// A socket that takes connections at a path.
#[derive(Debug)]
pub struct UnixListener(Registered<net::UnixListener>);

/// A connection.
#[derive(Debug)]
pub struct UnixStream(Registered<net::UnixStream>);

/// A socket for datagrams.
#[derive(Debug)]
pub struct UnixDatagram(Registered<net::UnixDatagram>);

impl UnixListener {
    /// Listens at a path, which must not be there yet, and is not removed afterwards.
    ///
    /// # Errors
    ///
    /// Those of `bind(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        Registered::new(net::UnixListener::bind(path)?).map(UnixListener)
    }

    /// Waits for a connection.
    ///
    /// # Errors
    ///
    /// Those of `accept(2)`.
    #[track_caller]
    pub fn accept(&self) -> impl Future<Output = io::Result<UnixStream>> + Send {
        let place = Location::caller();
        async move {
            let (stream, _) = self.0.read_with(place, net::UnixListener::accept).await?;
            Registered::new(stream).map(UnixStream)
        }
    }
}

impl UnixStream {
    /// Connects to a path. Waits while the listener's queue is full.
    ///
    /// # Errors
    ///
    /// Those of `connect(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn connect(path: impl AsRef<Path> + Send) -> impl Future<Output = io::Result<Self>> + Send {
        let place = Location::caller();
        async move {
            let address = SockAddr::unix(path)?;
            loop {
                let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
                socket.set_nonblocking(true)?;
                match socket.connect(&address) {
                    Ok(()) => {
                        return Registered::of_nonblocking(socket.into()).map(UnixStream);
                    }
                    // A full queue: nothing tells when there is room, so others have a turn.
                    Err(error) if is_in_progress(&error) => {
                        let pause = std::time::Duration::from_millis(1);
                        crate::runtime::sleep(pause).at(place).await;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Two that are connected with each other.
    ///
    /// # Errors
    ///
    /// Those of `socketpair(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = net::UnixStream::pair()?;
        let one = Registered::new(one).map(UnixStream)?;
        Ok((one, Registered::new(other).map(UnixStream)?))
    }

    /// Reads what is there, at least one byte; 0 at the end.
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`.
    #[track_caller]
    pub fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send {
        let place = Location::caller();
        async move {
            let read = |mut stream: &net::UnixStream| stream.read(buffer);
            self.0.read_with(place, read).await
        }
    }

    /// Writes all of it.
    ///
    /// # Errors
    ///
    /// Those of `send(2)`.
    #[track_caller]
    pub fn write_all(&self, mut bytes: &[u8]) -> impl Future<Output = io::Result<()>> + Send {
        let place = Location::caller();
        async move {
            while !bytes.is_empty() {
                let write = |mut stream: &net::UnixStream| stream.write(bytes);
                match self.0.write_with(place, write).await? {
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
}

impl UnixDatagram {
    /// A socket at a path, which must not be there yet.
    ///
    /// # Errors
    ///
    /// Those of `bind(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn bind(path: impl AsRef<Path>) -> io::Result<Self> {
        Registered::new(net::UnixDatagram::bind(path)?).map(UnixDatagram)
    }

    /// Two that are connected with each other.
    ///
    /// # Errors
    ///
    /// Those of `socketpair(2)`.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = net::UnixDatagram::pair()?;
        let one = Registered::new(one).map(UnixDatagram)?;
        Ok((one, Registered::new(other).map(UnixDatagram)?))
    }

    /// Waits for a datagram; what does not fit into the buffer is lost.
    ///
    /// # Errors
    ///
    /// Those of `recv(2)`.
    #[track_caller]
    pub fn recv(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> + Send {
        let place = Location::caller();
        async move {
            let receive = |socket: &net::UnixDatagram| socket.recv(buffer);
            self.0.read_with(place, receive).await
        }
    }

    /// Sends a datagram to the other one of a pair.
    ///
    /// # Errors
    ///
    /// Those of `send(2)`.
    #[track_caller]
    pub fn send(&self, datagram: &[u8]) -> impl Future<Output = io::Result<usize>> + Send {
        let place = Location::caller();
        async move {
            let send = |socket: &net::UnixDatagram| socket.send(datagram);
            self.0.write_with(place, send).await
        }
    }

    /// Sends a datagram to a path.
    ///
    /// # Errors
    ///
    /// Those of `sendto(2)`.
    #[track_caller]
    pub fn send_to(
        &self,
        datagram: &[u8],
        path: &Path,
    ) -> impl Future<Output = io::Result<usize>> + Send {
        let place = Location::caller();
        async move {
            let send = |socket: &net::UnixDatagram| socket.send_to(datagram, path);
            self.0.write_with(place, send).await
        }
    }
}
