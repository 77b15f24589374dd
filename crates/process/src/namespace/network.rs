//! The one interface of a new network namespace.
//!
//! Sound: `ioctl` is given a request that is filled in as far as it is read, and room for the
//! answer.
#![allow(unsafe_code)]

use std::mem;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, socket};

use super::{NamespaceError, Step};

/// Switches on `lo`: it is there in each new network namespace, but down, and 127.0.0.1
/// unreachable.
///
/// # Errors
///
/// The caller lacks `CAP_NET_ADMIN` in the user namespace that owns its network.
pub fn bring_up_loopback() -> Result<(), NamespaceError> {
    set_up("lo").map_err(Step::Loopback.failed())
}

/// See netdevice(7).
fn set_up(name: &str) -> nix::Result<()> {
    // Any socket will do: it only says which network is meant.
    let socket = socket(
        AddressFamily::Inet,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        None,
    )?;
    // SAFETY: all zeroes is an empty name and an unset union of integers and addresses.
    let mut request: libc::ifreq = unsafe { mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(name.bytes()) {
        *to = from as libc::c_char;
    }
    // SAFETY: the kernel reads the name, which ends with a NUL, and writes the flags.
    let result = unsafe {
        libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCGIFFLAGS as _,
            &raw mut request,
        )
    };
    Errno::result(result)?;
    // SAFETY: SIOCGIFFLAGS has written this field of the union.
    let flags = unsafe { request.ifr_ifru.ifru_flags };
    request.ifr_ifru.ifru_flags = flags | libc::IFF_UP as libc::c_short;
    // SAFETY: the kernel reads the name and the flags.
    let result = unsafe {
        libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCSIFFLAGS as _,
            &raw mut request,
        )
    };
    Errno::result(result).map(drop)
}
