//! Linux's way to forbid fragments. nix has no name for these options.
//!
//! `unsafe`: one call of `setsockopt(2)`, which reads an `int` during the call and keeps nothing of it.
#![allow(unsafe_code)]

use std::io;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

use nix::libc;

/// Never fragment, and do not believe what the system knows about the path: we probe ourselves.
pub(super) fn never_fragment(socket: &UdpSocket) -> io::Result<()> {
    let (level, option, value): (_, _, libc::c_int) = if socket.local_addr()?.is_ipv4() {
        (
            libc::IPPROTO_IP,
            libc::IP_MTU_DISCOVER,
            libc::IP_PMTUDISC_PROBE,
        )
    } else {
        (
            libc::IPPROTO_IPV6,
            libc::IPV6_MTU_DISCOVER,
            libc::IPV6_PMTUDISC_PROBE,
        )
    };
    // SAFETY: `value` is an int that outlives the call, and its size is what is told.
    let result = unsafe {
        libc::setsockopt(
            socket.as_raw_fd(),
            level,
            option,
            (&raw const value).cast(),
            size_of_val(&value) as libc::socklen_t,
        )
    };
    nix::errno::Errno::result(result)?;
    Ok(())
}
