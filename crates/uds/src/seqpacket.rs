//! Connections with message boundaries: what one send puts in, one receive takes out.
//!
//! `SOCK_SEQPACKET` stands between the two well-known kinds. As with a stream there is a connection: a
//! listener, an order, an end, nothing lost. As with datagrams each message stays one: no length in
//! front of it, no reader that has to put it together.
//!
//! Two things to know. A message that is longer than the receiver's buffer is cut, and the rest of it
//! is gone; [`Seqpacket::receive`] makes that an error, with the length it would have needed. And
//! an empty message looks like the end of the stream (both are a 0), so [`Seqpacket::send`] refuses it.
//!
//! Linux only: macOS does not have it for Unix-domain sockets, nor has Windows.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{MsgFlags, recv, send};
use socket2::{Domain, Socket, Type};

use crate::address::Address;

/// A connected end.
///
/// ```
/// use uds::seqpacket::Seqpacket;
///
/// let (one, other) = Seqpacket::pair()?;
/// one.send(b"first")?;
/// one.send(b"second")?;
/// let mut buffer = [0; 100];
/// assert_eq!(other.receive(&mut buffer)?, Some(5));
/// assert_eq!(other.receive(&mut buffer)?, Some(6));
/// drop(one);
/// assert_eq!(other.receive(&mut buffer)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Seqpacket(OwnedFd);

/// Where connections come in. Its file, if it has one, stays behind: see
/// [`listener`](crate::listener) for what to do about that, or use an abstract name.
#[derive(Debug)]
pub struct SeqpacketListener(Socket);

/// Why there is no message.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The message did not fit; it is gone.
    #[error("a message of {message} bytes was cut to {buffer}")]
    Truncated {
        /// How long it was.
        message: usize,
        /// How long the buffer is.
        buffer: usize,
    },
    /// All else.
    #[error("cannot receive: {0}")]
    Failed(io::Error),
}

impl Seqpacket {
    /// Two ends, connected to each other.
    ///
    /// # Errors
    ///
    /// When there are no descriptors left.
    #[doc(alias = "socketpair")]
    pub fn pair() -> io::Result<(Self, Self)> {
        let (one, other) = Socket::pair(Domain::UNIX, Type::SEQPACKET, None)?;
        Ok((Seqpacket(one.into()), Seqpacket(other.into())))
    }

    /// An end whose other one comes out of the listener at `address`.
    ///
    /// # Errors
    ///
    /// Those of [connect(2)](https://man7.org/linux/man-pages/man2/connect.2.html); a listener for
    /// streams is `EPROTOTYPE`.
    pub fn connect(address: &Address) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::SEQPACKET, None)?;
        socket.connect(&address.to_socket_address()?)?;
        Ok(Seqpacket(socket.into()))
    }

    /// Sends one message, whole or not at all; waits while the receiver's queue is full.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](io::ErrorKind::InvalidInput) for an empty message, `EMSGSIZE` for one that does
    /// not fit into the send buffer, [`BrokenPipe`](io::ErrorKind::BrokenPipe) when the other end is gone.
    pub fn send(&self, message: &[u8]) -> io::Result<()> {
        if message.is_empty() {
            let why = "an empty message cannot be told from the end";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let fd = self.0.as_raw_fd();
        retry(|| send(fd, message, MsgFlags::MSG_NOSIGNAL))?;
        Ok(())
    }

    /// The length of the next message, which is in `buffer` then; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ReceiveError`].
    pub fn receive(&self, buffer: &mut [u8]) -> Result<Option<usize>, ReceiveError> {
        let fd = self.0.as_raw_fd();
        // With this flag the kernel returns the message's length, not that of what was copied.
        let message = retry(|| recv(fd, buffer, MsgFlags::MSG_TRUNC))?;
        match message {
            0 => Ok(None),
            n if n <= buffer.len() => Ok(Some(n)),
            message => Err(ReceiveError::Truncated {
                message,
                buffer: buffer.len(),
            }),
        }
    }
}

impl SeqpacketListener {
    /// Listens at `address`.
    ///
    /// # Errors
    ///
    /// [`AddrInUse`](io::ErrorKind::AddrInUse) when there is a file or a socket of that name.
    pub fn bind(address: &Address) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::SEQPACKET, None)?;
        socket.bind(&address.to_socket_address()?)?;
        socket.listen(libc::SOMAXCONN)?;
        Ok(SeqpacketListener(socket))
    }

    /// The next connection; waits for one.
    ///
    /// # Errors
    ///
    /// Those of [accept(2)](https://man7.org/linux/man-pages/man2/accept.2.html).
    pub fn accept(&self) -> io::Result<Seqpacket> {
        let (socket, _) = self.0.accept()?;
        Ok(Seqpacket(socket.into()))
    }
}

impl From<io::Error> for ReceiveError {
    fn from(error: io::Error) -> Self {
        ReceiveError::Failed(error)
    }
}

impl AsFd for Seqpacket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsFd for SeqpacketListener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

fn retry(mut call: impl FnMut() -> nix::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            outcome => return Ok(outcome?),
        }
    }
}
