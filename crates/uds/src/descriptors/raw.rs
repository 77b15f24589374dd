//! `recvmsg(2)`, with each descriptor owned from the moment it is ours.
//!
//! Sound: the kernel writes into two buffers that live, with their lengths, for the call. What it wrote
//! into the control buffer is walked by the system's own macros within the length that it gave
//! back, and each descriptor found there is new and nobody else's.
#![allow(unsafe_code)]

use std::io;
use std::mem::{self, size_of, size_of_val};
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::ptr;

use nix::libc;
use nix::sys::socket::MsgFlags;

/// The control buffer, aligned for `cmsghdr`: room for 512 descriptors, which is more than any system
/// sends, and for credentials (`SO_PASSCRED`) beside them.
type Control = [u64; 280];

pub(super) struct Message {
    pub(super) bytes: usize,
    pub(super) descriptors: Vec<OwnedFd>,
    /// Whether the kernel had more than it could give.
    pub(super) truncated: bool,
}

pub(super) fn receive(
    socket: BorrowedFd,
    buffer: &mut [u8],
    flags: MsgFlags,
) -> io::Result<Message> {
    let mut control: Control = [0; _];
    let mut part = libc::iovec {
        iov_base: buffer.as_mut_ptr().cast(),
        iov_len: buffer.len(),
    };
    // SAFETY: a structure of integers and pointers, for all of which zero is a value.
    let mut header: libc::msghdr = unsafe { mem::zeroed() };
    header.msg_iov = &raw mut part;
    header.msg_iovlen = 1;
    header.msg_control = control.as_mut_ptr().cast();
    header.msg_controllen = size_of_val(&control) as _;

    // SAFETY: the header names one part, `buffer`, and `control`, each with its length.
    let n = unsafe { libc::recvmsg(socket.as_raw_fd(), &raw mut header, flags.bits()) };
    let bytes = usize::try_from(n).map_err(|_| io::Error::last_os_error())?;
    Ok(Message {
        bytes,
        descriptors: descriptors(&header),
        truncated: header.msg_flags & libc::MSG_CTRUNC != 0,
    })
}

/// All that the control messages have, also when there is more than one of them.
fn descriptors(header: &libc::msghdr) -> Vec<OwnedFd> {
    let mut descriptors = Vec::new();
    // SAFETY: the header's control buffer is alive and has the length that the kernel has set.
    let mut next = unsafe { libc::CMSG_FIRSTHDR(header) };
    // SAFETY: the macros give null or an aligned header that lies inside of the buffer.
    while let Some(control) = unsafe { next.as_ref() } {
        if (control.cmsg_level, control.cmsg_type) == (libc::SOL_SOCKET, libc::SCM_RIGHTS) {
            take(control, &mut descriptors);
        }
        // SAFETY: as for the first; `control` is one of this header's.
        next = unsafe { libc::CMSG_NXTHDR(header, control) };
    }
    descriptors
}

fn take(control: &libc::cmsghdr, descriptors: &mut Vec<OwnedFd>) {
    // SAFETY: only arithmetic.
    let head = unsafe { libc::CMSG_LEN(0) } as usize;
    #[allow(clippy::unnecessary_cast)] // It is a u32 on macOS.
    let length = control.cmsg_len as usize;
    let count = length.saturating_sub(head) / size_of::<RawFd>();
    // SAFETY: the data follow the header, in the same buffer.
    let first = unsafe { libc::CMSG_DATA(control) }.cast::<RawFd>();
    for index in 0..count {
        // SAFETY: `cmsg_len` says that the message has so many.
        let place = unsafe { first.add(index) };
        // SAFETY: the kernel wrote a number there; it need not be aligned.
        let fd = unsafe { ptr::read_unaligned(place) };
        // SAFETY: the kernel has just opened it for this message, and only this owner is made.
        descriptors.push(unsafe { OwnedFd::from_raw_fd(fd) });
    }
}
