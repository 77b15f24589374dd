//! The sockets themselves.
//!
//! Sound: `listen` is called with a descriptor that is open.
#![allow(unsafe_code)]

use std::fs;
use std::io;
use std::net::{SocketAddr, ToSocketAddrs};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{SocketAddr as UnixAddress, UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::libc;
use nix::sys::socket::{
    AddressFamily, SockFlag, SockType, SockaddrStorage, bind, getsockname, setsockopt, socket,
    sockopt,
};
use nix::sys::stat::{Mode, umask};

use super::endpoint::PortSpec;

/// A socket, and its name in SERVER_STARTER_PORT.
#[derive(Debug)]
pub struct Bound {
    /// Listens, or is bound if it is for datagrams. Close-on-exec.
    pub socket: OwnedFd,
    /// `8080`, `host:8080`, `[::1]:8080` or a path. Port 0 has become the one that was given.
    pub name: String,
}

/// # Errors
///
/// The name is not found, or the address cannot be had.
pub fn port(spec: &PortSpec, backlog: i32) -> io::Result<Bound> {
    let address = address(spec)?;
    let family = if address.is_ipv6() {
        AddressFamily::Inet6
    } else {
        AddressFamily::Inet
    };
    let kind = if spec.udp {
        SockType::Datagram
    } else {
        SockType::Stream
    };
    let socket = socket(family, kind, SockFlag::empty(), None)?;
    fcntl(&socket, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
    // Connections of workers that have just ended hold the port for a minute (TIME_WAIT).
    setsockopt(&socket, sockopt::ReuseAddr, &true)?;
    if address.is_ipv6() {
        // So that one may listen on 0.0.0.0 and on [::] with the same port.
        setsockopt(&socket, sockopt::Ipv6V6Only, &true)?;
    }
    bind(socket.as_raw_fd(), &SockaddrStorage::from(address))?;
    if !spec.udp {
        listen(&socket, backlog)?;
    }
    let mut named = spec.clone();
    if spec.port == 0 {
        named.port = bound_port(&socket)?;
    }
    let name = named.to_string();
    Ok(Bound { socket, name })
}

/// IPv4 if the name has both, as Server::Starter has it.
fn address(spec: &PortSpec) -> io::Result<SocketAddr> {
    let host = spec.host.as_deref().unwrap_or("0.0.0.0");
    let all: Vec<SocketAddr> = (host, spec.port).to_socket_addrs()?.collect();
    let first = all.iter().find(|address| address.is_ipv4()).or(all.first());
    first
        .copied()
        .ok_or_else(|| io::Error::from(io::ErrorKind::AddrNotAvailable))
}

fn bound_port(socket: &OwnedFd) -> io::Result<u16> {
    let address: SockaddrStorage = getsockname(socket.as_raw_fd())?;
    let four = address.as_sockaddr_in().map(|address| address.port());
    let six = address.as_sockaddr_in6().map(|address| address.port());
    Ok(four.or(six).unwrap_or(0))
}

/// A socket file that anybody may connect to. One that is left over and that nobody answers at is
/// removed, and `removed` is told.
///
/// # Errors
///
/// Somebody answers there; something else is at the path; the system's.
pub fn path(path: &Path, backlog: i32, removed: &mut dyn FnMut()) -> io::Result<Bound> {
    if is_socket(path) {
        match UnixStream::connect_addr(&UnixAddress::from_pathname(path)?) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                fs::remove_file(path)?;
                removed();
            }
            _ => return Err(io::ErrorKind::AddrInUse.into()),
        }
    }
    let saved = umask(Mode::empty());
    let listener = UnixListener::bind(path);
    umask(saved);
    let socket = OwnedFd::from(listener?);
    listen(&socket, backlog)?;
    let name = path.display().to_string();
    Ok(Bound { socket, name })
}

fn is_socket(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_socket())
}

/// A socket that listens takes a new length of its queue. nix refuses one above its own constant; the
/// kernel knows better what it can (`net.core.somaxconn`).
fn listen(socket: &OwnedFd, backlog: i32) -> io::Result<()> {
    // SAFETY: the descriptor is open, and listen(2) touches no memory.
    match unsafe { libc::listen(socket.as_raw_fd(), backlog) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Socket files that are removed when this goes.
#[derive(Debug, Default)]
pub struct Paths(pub Vec<PathBuf>);

impl Drop for Paths {
    fn drop(&mut self) {
        for path in self.0.iter().filter(|path| is_socket(path)) {
            // Gone already: somebody else has removed it.
            let _ = fs::remove_file(path);
        }
    }
}
