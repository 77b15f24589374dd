//! `MSG_DONTWAIT` makes this one receive not wait, whatever the socket is set to.
//!
//! The flag `O_NONBLOCK` would do as well, but it belongs to the open socket: whoever else uses it
//! would see it change for a moment.

use std::io;
use std::net::UdpSocket;
use std::os::fd::AsRawFd;

use nix::errno::Errno;
use nix::sys::socket::{MsgFlags, recv};

/// What waits at `socket` now.
pub fn take(socket: &UdpSocket) -> io::Result<Vec<Vec<u8>>> {
    let mut taken = Vec::new();
    loop {
        let mut datagram = vec![0; 2048];
        match recv(socket.as_raw_fd(), &mut datagram, MsgFlags::MSG_DONTWAIT) {
            Ok(length) => {
                datagram.truncate(length);
                taken.push(datagram);
            }
            Err(Errno::EAGAIN) => return Ok(taken),
            Err(error) => return Err(error.into()),
        }
    }
}
