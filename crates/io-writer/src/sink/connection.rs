//! Connecting within a time limit, and parting in a way that loses nothing.

use std::io::{self, Read};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::socket::{
    AddressFamily, Shutdown, SockFlag, SockType, UnixAddr, connect, getsockopt, shutdown, socket,
    sockopt,
};

use super::{RETRY, waited};

/// Connects to the first address of `host` that answers, each within `patience`.
pub(super) fn tcp(host: &str, port: u16, patience: Duration) -> io::Result<TcpStream> {
    let mut outcome = Err(io::Error::new(
        io::ErrorKind::NotFound,
        "the name has no address",
    ));
    for address in (host, port).to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, patience);
        if outcome.is_ok() {
            break;
        }
    }
    let socket = outcome?;
    socket.set_nonblocking(true)?;
    // What is written is to leave at once. By default (Nagle's algorithm, RFC 896) a small segment
    // waits until the one before it is acknowledged.
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Connects within `patience`.
///
/// A blocking connect, the only kind that std has for Unix sockets, would wait on Linux for as long
/// as the listener's backlog is full; a non-blocking one says `EAGAIN`.
pub(super) fn unix(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let address = UnixAddr::new(path)?;
    let start = Instant::now();
    loop {
        let socket = socket(
            AddressFamily::Unix,
            SockType::Stream,
            SockFlag::empty(),
            None,
        )?;
        // Not atomic with socket(2), as macOS has no flag for it: a fork and exec in another thread
        // just now would inherit the descriptor.
        fcntl(&socket, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        let socket = UnixStream::from(socket);
        socket.set_nonblocking(true)?;
        match connect(socket.as_raw_fd(), &address) {
            Ok(()) => return Ok(socket),
            Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
        if start.elapsed() >= patience {
            return Err(waited("nobody accepted a connection", patience));
        }
        thread::sleep(RETRY);
    }
}

/// Longer than this no peer is waited for that has nothing to say.
const FAREWELL: Duration = Duration::from_secs(1);

/// Ends the connection; see [`Sink::finish`](super::Sink::finish).
pub(super) fn hang_up(
    mut socket: impl Read + AsFd + AsRawFd,
    patience: Duration,
) -> io::Result<()> {
    match shutdown(socket.as_raw_fd(), Shutdown::Write) {
        // The peer is gone already; if by a reset, the socket remembers.
        Err(Errno::ENOTCONN) => return pending_error(&socket),
        outcome => outcome?,
    }
    let deadline = Instant::now() + patience.min(FAREWELL);
    let mut ignored = [0; 4096];
    loop {
        match socket.read(&mut ignored) {
            // Data that crossed the peer's end of file on the way is answered by a reset as well.
            Ok(0) => return pending_error(&socket),
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) if e.kind() == io::ErrorKind::WouldBlock => {}
            Err(e) => return Err(e),
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        let timeout = PollTimeout::try_from(left + Duration::from_millis(1));
        let mut fds = [PollFd::new(socket.as_fd(), PollFlags::POLLIN)];
        match poll(&mut fds, timeout.unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno.into()),
        }
    }
}

fn pending_error(socket: &impl AsFd) -> io::Result<()> {
    match getsockopt(socket, sockopt::SocketError)? {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(code)),
    }
}
