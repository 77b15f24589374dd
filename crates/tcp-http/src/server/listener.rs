//! Sockets that listen: our own, and those that somebody else has opened for us.
//!
//! A server that is started anew loses the connections of that moment, unless its listening socket is
//! older than itself. A supervisor opens it, and hands it over as an open descriptor with a word about
//! which in the environment. Two conventions are in use: systemd's `LISTEN_FDS` and `LISTEN_PID`, and
//! `SERVER_STARTER_PORT` of Server::Starter.
#![allow(unsafe_code)] // A number from the environment becomes an owned descriptor, once, after a look.

use std::env;
use std::io;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs};
use std::os::fd::{BorrowedFd, FromRawFd, RawFd};
use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{getsockopt, sockopt};
use socket2::{Domain, Socket, Type};
use thiserror::Error;

/// How many connections may wait to be accepted. The kernel takes less if it is set to
/// (`net.core.somaxconn`).
const BACKLOG: i32 = 4096;

/// The first descriptor of systemd's protocol.
const LISTEN_FDS_START: RawFd = 3;

/// Why sockets that are said to be handed over cannot be used.
#[derive(Debug, Error)]
pub enum HandedOver {
    /// The variable is not what the protocol says.
    #[error("{name} is {value:?}, which names no descriptors")]
    Malformed {
        /// The variable.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// The descriptor is not open, or not a socket that listens for TCP.
    #[error("descriptor {fd} of {name} is no TCP socket that listens")]
    NotListening {
        /// The variable.
        name: &'static str,
        /// The descriptor.
        fd: RawFd,
    },
}

/// Listens at the first of the addresses that can be had.
#[doc(alias = "SO_REUSEADDR")]
pub fn listen(address: impl ToSocketAddrs) -> io::Result<TcpListener> {
    let mut result = Err(io::ErrorKind::AddrNotAvailable.into());
    for address in address.to_socket_addrs()? {
        result = listen_at(address);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// The sockets that a supervisor has handed to this process; none if there is no word of any. The second
/// call gives none: they have an owner then.
pub fn handed_over() -> Result<Vec<TcpListener>, HandedOver> {
    static TAKEN: AtomicBool = AtomicBool::new(false);

    let (name, fds) = named_fds()?;
    if fds.is_empty() || TAKEN.swap(true, Ordering::SeqCst) {
        return Ok(Vec::new());
    }
    if let Some(&fd) = fds.iter().find(|&&fd| !is_listening(fd)) {
        return Err(HandedOver::NotListening { name, fd });
    }
    // SAFETY: each was just seen to be open; whoever started us gave them to us, nothing else here
    // knows their numbers, they are named once each, and this is reached once.
    let own = |fd| unsafe { TcpListener::from_raw_fd(fd) };
    Ok(fds.into_iter().map(own).collect())
}

fn listen_at(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    // The connections of a server that has just ended hold its port for a minute (TIME_WAIT).
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// The descriptors that the environment names, and by which variable.
fn named_fds() -> Result<(&'static str, Vec<RawFd>), HandedOver> {
    if let Ok(value) = env::var("SERVER_STARTER_PORT") {
        let name = "SERVER_STARTER_PORT";
        let fds = starter_fds(&value).ok_or(HandedOver::Malformed { name, value })?;
        return Ok((name, fds));
    }
    let name = "LISTEN_FDS";
    let is_ours = env::var("LISTEN_PID").is_ok_and(|pid| pid == process::id().to_string());
    match env::var(name) {
        Ok(value) if is_ours => {
            let count: Option<RawFd> = value
                .parse()
                .ok()
                .filter(|count| (0..=1024).contains(count));
            let count = count.ok_or(HandedOver::Malformed { name, value })?;
            Ok((name, (LISTEN_FDS_START..LISTEN_FDS_START + count).collect()))
        }
        _ => Ok((name, Vec::new())),
    }
}

/// `80=3;127.0.0.1:8080=4`: where it listens, and the descriptor.
fn starter_fds(value: &str) -> Option<Vec<RawFd>> {
    let fd = |part: &str| part.rsplit_once('=')?.1.parse::<RawFd>().ok();
    let mut fds: Vec<RawFd> = value.split(';').map(fd).collect::<Option<_>>()?;
    fds.sort_unstable();
    fds.dedup();
    fds.iter().all(|&fd| fd > 2).then_some(fds)
}

/// Whether `fd` is open and listens for TCP. Programs that we start are not to have it.
fn is_listening(fd: RawFd) -> bool {
    // SAFETY: not -1; if it is not open, the calls below say so and do nothing.
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let is_tcp = socket2::SockRef::from(&fd)
        .local_addr()
        .is_ok_and(|address| address.as_socket().is_some());
    is_tcp
        && getsockopt(&fd, sockopt::AcceptConn).unwrap_or(false)
        && fcntl(fd, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_starter_names_descriptors() {
        assert_eq!(starter_fds("80=3"), Some(vec![3]));
        assert_eq!(starter_fds("127.0.0.1:80=4;[::1]:80=3"), Some(vec![3, 4]));
        for wrong in ["", "80", "80=", "80=x", "80=3;", "80=-1", "80=1"] {
            assert_eq!(starter_fds(wrong), None, "{wrong:?}");
        }
    }
}
