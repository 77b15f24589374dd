//! TCP or Unix: one address type, one connection type, for code that does not care which it is.
//!
//! Both are streams of bytes with two directions that end independently of each other. What differs:
//! TCP has small packets to hold back (`TCP_NODELAY` is set here: who writes, means it), and it can
//! tell the other end that something was cut off (`RST`); a Unix socket can only end.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::str::FromStr;
use std::time::Duration;

use socket2::SockRef;

use crate::address::{Address, AddressError, ConnectError};
use crate::listener::{BindError, Listener};

/// How long connecting to one address of a TCP host may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// Where to listen or connect: `tcp:HOST:PORT`, `unix:PATH`, `@NAME` or a bare path.
///
/// ```
/// use uds::endpoint::Endpoint;
///
/// let name: Endpoint = "tcp:127.0.0.1:8080".parse()?;
/// assert_eq!(name.to_string(), "tcp:127.0.0.1:8080");
/// assert_eq!("run/db.sock".parse::<Endpoint>()?, "unix:run/db.sock".parse()?);
/// # Ok::<(), uds::endpoint::EndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `HOST:PORT`, a name or a number.
    Tcp(String),
    /// A path or an abstract name.
    Unix(Address),
}

/// Why a text names no end.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// The port is missing or no number.
    #[error("{0}: expected tcp:HOST:PORT")]
    Tcp(String),
    /// As the address says.
    #[error(transparent)]
    Unix(#[from] AddressError),
}

/// Why an end cannot be listened at or connected to.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Listening on TCP.
    #[error("cannot listen at tcp:{0}: {1}")]
    Listen(String, io::Error),
    /// Connecting over TCP.
    #[error("cannot connect to tcp:{0}: {1}")]
    Connect(String, io::Error),
    /// Listening at a path or name.
    #[error(transparent)]
    BindUnix(#[from] BindError),
    /// Connecting to a path or name.
    #[error(transparent)]
    ConnectUnix(#[from] ConnectError),
}

impl Endpoint {
    /// A connection to whoever listens there.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn connect(&self) -> Result<Connection, OpenError> {
        match self {
            Endpoint::Unix(address) => Ok(Connection::Unix(address.connect()?)),
            Endpoint::Tcp(host) => connect_tcp(host)
                .map(Connection::Tcp)
                .map_err(|error| OpenError::Connect(host.clone(), error)),
        }
    }

    /// Listens there. `mode` is that of the socket file, if it is to be another than the umask's.
    ///
    /// # Errors
    ///
    /// [`OpenError`].
    pub fn listen(&self, mode: Option<u32>) -> Result<Acceptor, OpenError> {
        match (self, mode) {
            (Endpoint::Unix(address), None) => Ok(Acceptor::Unix(Listener::bind(address)?)),
            (Endpoint::Unix(address), Some(mode)) => {
                Ok(Acceptor::Unix(Listener::bind_with_mode(address, mode)?))
            }
            (Endpoint::Tcp(host), _) => TcpListener::bind(host)
                .map(Acceptor::Tcp)
                .map_err(|error| OpenError::Listen(host.clone(), error)),
        }
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        if let Some(host) = text.strip_prefix("tcp:") {
            return match host.rsplit_once(':') {
                Some((name, port)) if !name.is_empty() && port.parse::<u16>().is_ok() => {
                    Ok(Endpoint::Tcp(host.to_owned()))
                }
                _ => Err(EndpointError::Tcp(text.to_owned())),
            };
        }
        let path = text.strip_prefix("unix:").unwrap_or(text);
        Ok(Endpoint::Unix(path.parse()?))
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Endpoint::Tcp(host) => write!(f, "tcp:{host}"),
            Endpoint::Unix(address) => write!(f, "unix:{address}"),
        }
    }
}

fn connect_tcp(host: &str) -> io::Result<TcpStream> {
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for address in host.to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, CONNECT_LIMIT) {
            Ok(stream) => {
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A listening socket of either kind.
#[derive(Debug)]
pub enum Acceptor {
    /// A port.
    Tcp(TcpListener),
    /// A socket file or a name.
    Unix(Listener),
}

impl Acceptor {
    /// The next connection; waits for one.
    ///
    /// # Errors
    ///
    /// Those of [accept(2)](https://man7.org/linux/man-pages/man2/accept.2.html).
    pub fn accept(&self) -> io::Result<Connection> {
        match self {
            Acceptor::Unix(listener) => listener.accept().map(Connection::Unix),
            Acceptor::Tcp(listener) => {
                let (stream, _) = listener.accept()?;
                stream.set_nonblocking(false)?;
                stream.set_nodelay(true)?;
                Ok(Connection::Tcp(stream))
            }
        }
    }

    /// Whether [`accept`](Self::accept) fails with [`WouldBlock`](io::ErrorKind::WouldBlock) instead of
    /// waiting.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn set_nonblocking(&self, nonblocking: bool) -> io::Result<()> {
        match self {
            Acceptor::Tcp(listener) => listener.set_nonblocking(nonblocking),
            Acceptor::Unix(listener) => listener.set_nonblocking(nonblocking),
        }
    }

    /// Where it really listens: the port that was chosen for port 0.
    ///
    /// # Errors
    ///
    /// None that is known.
    pub fn endpoint(&self) -> io::Result<Endpoint> {
        match self {
            Acceptor::Tcp(listener) => Ok(Endpoint::Tcp(listener.local_addr()?.to_string())),
            Acceptor::Unix(listener) => Ok(Endpoint::Unix(listener.address().clone())),
        }
    }
}

impl AsFd for Acceptor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Acceptor::Tcp(listener) => listener.as_fd(),
            Acceptor::Unix(listener) => listener.as_fd(),
        }
    }
}

/// A connected stream of either kind. Reading and writing needs no `&mut`: one thread may read while
/// another writes.
#[derive(Debug)]
pub enum Connection {
    /// Over TCP.
    Tcp(TcpStream),
    /// Over a Unix-domain socket.
    Unix(UnixStream),
}

impl Connection {
    /// Ends one direction, or both. After [`Shutdown::Write`] the peer reads the end of the stream, and
    /// what it writes still arrives here: a *half-closed* connection.
    ///
    /// # Errors
    ///
    /// [`NotConnected`](io::ErrorKind::NotConnected) when the peer has gone already.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        match self {
            Connection::Tcp(stream) => stream.shutdown(how),
            Connection::Unix(stream) => stream.shutdown(how),
        }
    }

    /// Has closing this end look like a failure to the peer, and not like the end of the stream: for
    /// what was cut off on the way here. On TCP it sends a reset. A Unix socket has no such thing.
    ///
    /// # Errors
    ///
    /// None that is known.
    #[doc(alias = "SO_LINGER")]
    pub fn reset_on_close(&self) -> io::Result<()> {
        match self {
            Connection::Tcp(stream) => SockRef::from(stream).set_linger(Some(Duration::ZERO)),
            Connection::Unix(_) => Ok(()),
        }
    }
}

impl From<TcpStream> for Connection {
    fn from(stream: TcpStream) -> Self {
        Connection::Tcp(stream)
    }
}

impl From<UnixStream> for Connection {
    fn from(stream: UnixStream) -> Self {
        Connection::Unix(stream)
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Connection::Tcp(stream) => stream.as_fd(),
            Connection::Unix(stream) => stream.as_fd(),
        }
    }
}

impl Read for &Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Connection::Tcp(stream) => (&*stream).read(buffer),
            Connection::Unix(stream) => (&*stream).read(buffer),
        }
    }
}

impl Write for &Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Connection::Tcp(stream) => (&*stream).write(bytes),
            Connection::Unix(stream) => (&*stream).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
