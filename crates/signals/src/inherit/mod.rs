//! The server's side: sockets that came by the environment.
//!
//! Somebody else has opened them, and says by `SERVER_STARTER_PORT` or by systemd's `LISTEN_FDS` which
//! descriptors they are. [`take`] looks whether they are what is said, and gives them typed. The
//! variables are removed then: programs that the server starts do not have the sockets.
//!
//! Sound: a number becomes an owned descriptor only if it is open without close-on-exec. std opens all
//! of its own with it, so this one came through exec(2), and the variable says that it is for us. It
//! happens once. The environment is changed only while the process has one thread.
#![allow(unsafe_code)]

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod names;

#[cfg(target_os = "linux")]
use linux as sys;
#[cfg(target_os = "macos")]
use macos as sys;

use std::env;
use std::io;
use std::net::{TcpListener, UdpSocket};
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixListener;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::socket::{
    AddressFamily, SockType, SockaddrLike, SockaddrStorage, getsockname, getsockopt, sockopt,
};
use thiserror::Error;

pub use names::{Malformed, Named, server_starter, systemd};

/// A socket, by what it can do.
#[derive(Debug)]
pub enum Socket {
    /// Accepts TCP.
    Tcp(TcpListener),
    /// Accepts at a socket file.
    Unix(UnixListener),
    /// Receives datagrams.
    Udp(UdpSocket),
}

/// A socket that was handed over.
#[derive(Debug)]
pub struct Inherited {
    /// As the variable has it: `8080`, `[::1]:8080`, a path; for systemd what LISTEN_FDNAMES says.
    pub name: String,
    /// The socket. Programs that are started from now on do not get it.
    pub socket: Socket,
}

/// Why the sockets cannot be used.
#[derive(Debug, Error)]
pub enum InheritError {
    /// A variable does not say what it should.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// A descriptor is not open, or was opened by this program.
    #[error("{place}: descriptor {fd} was not handed over")]
    NotOpen {
        /// Variable and entry.
        place: String,
        /// The number.
        fd: RawFd,
    },
    /// A descriptor is something else.
    #[error("{place}: descriptor {fd} is no socket that listens")]
    NotListening {
        /// Variable and entry.
        place: String,
        /// The number.
        fd: RawFd,
    },
    /// The environment cannot be changed while others may read it.
    #[error("sockets are taken before the first thread is started")]
    Threads,
}

/// The sockets that were handed to this process, in the variable's order; none if nobody handed any, and
/// none at the second call. Removes the variables.
///
/// # Errors
///
/// See [`InheritError`]; the variables are still there then.
#[doc(alias = "sd_listen_fds")]
pub fn take() -> Result<Vec<Inherited>, InheritError> {
    static TAKEN: AtomicBool = AtomicBool::new(false);

    let named = named()?;
    if named.is_empty() || TAKEN.load(Ordering::SeqCst) {
        return Ok(Vec::new());
    }
    if !sys::has_one_thread() {
        return Err(InheritError::Threads);
    }
    let kinds: Vec<Kind> = named.iter().map(kind).collect::<Result<_, _>>()?;
    TAKEN.store(true, Ordering::SeqCst);
    forget_variables();
    let all = named.into_iter().zip(kinds);
    Ok(all.map(|(named, kind)| own(named, kind)).collect())
}

/// Which generation this is, for Server::Starter; none without it.
pub fn generation() -> Option<u64> {
    env::var("SERVER_STARTER_GENERATION").ok()?.parse().ok()
}

const VARIABLES: [&str; 4] = [
    "SERVER_STARTER_PORT",
    "LISTEN_FDS",
    "LISTEN_PID",
    "LISTEN_FDNAMES",
];

/// Server::Starter's variable wins: it names the addresses.
fn named() -> Result<Vec<Named>, Malformed> {
    if let Some(value) = env::var_os("SERVER_STARTER_PORT") {
        return server_starter(value.as_bytes());
    }
    let is_ours = env::var("LISTEN_PID").is_ok_and(|pid| pid == std::process::id().to_string());
    match env::var_os("LISTEN_FDS").filter(|_| is_ours) {
        Some(count) => {
            let names = env::var_os("LISTEN_FDNAMES").unwrap_or_default();
            systemd(count.as_bytes(), names.as_bytes())
        }
        None => Ok(Vec::new()),
    }
}

fn forget_variables() {
    for name in VARIABLES {
        // SAFETY: `take` has seen that there is no other thread that could look at the environment.
        unsafe { env::remove_var(name) };
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Tcp,
    Unix,
    Udp,
}

fn kind(named: &Named) -> Result<Kind, InheritError> {
    let (place, fd) = (named.place.clone(), named.fd);
    // SAFETY: not negative, so not -1; if it is not open, the calls below say so and do nothing.
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    let flags = fcntl(borrowed, FcntlArg::F_GETFD).map(FdFlag::from_bits_retain);
    if !flags.is_ok_and(|flags| !flags.contains(FdFlag::FD_CLOEXEC)) {
        return Err(InheritError::NotOpen { place, fd });
    }
    kind_of_socket(borrowed, fd).ok_or(InheritError::NotListening { place, fd })
}

fn kind_of_socket(borrowed: BorrowedFd, fd: RawFd) -> Option<Kind> {
    let kind = getsockopt(&borrowed, sockopt::SockType).ok()?;
    let family = getsockname::<SockaddrStorage>(fd).ok()?.family()?;
    let listens = getsockopt(&borrowed, sockopt::AcceptConn).unwrap_or(false);
    match (family, kind) {
        (AddressFamily::Inet | AddressFamily::Inet6, SockType::Stream) if listens => {
            Some(Kind::Tcp)
        }
        (AddressFamily::Unix, SockType::Stream) if listens => Some(Kind::Unix),
        (AddressFamily::Inet | AddressFamily::Inet6, SockType::Datagram) => Some(Kind::Udp),
        _ => None,
    }
}

fn own(named: Named, kind: Kind) -> Inherited {
    // SAFETY: open, handed over to us by exec, named once, and this is reached once.
    let descriptor = unsafe { OwnedFd::from_raw_fd(named.fd) };
    // It has just been seen to be open, which is all that could fail.
    let _: io::Result<_> =
        fcntl(&descriptor, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).map_err(io::Error::from);
    let socket = match kind {
        Kind::Tcp => Socket::Tcp(descriptor.into()),
        Kind::Unix => Socket::Unix(descriptor.into()),
        Kind::Udp => Socket::Udp(descriptor.into()),
    };
    Inherited {
        name: named.name,
        socket,
    }
}
