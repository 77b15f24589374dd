//! Open files in a message.
//!
//! # What is sent
//!
//! Not a number: the receiver gets a new descriptor, with the lowest number that is free there, for
//! the same *open file description*. It is what `dup` does, across processes. The offset and the flags
//! are shared from then on, and so is the right: the file was checked when it was opened, and the
//! receiver can use what it could not have opened. So a process with few rights can be handed exactly
//! the file, the socket or the memory that it needs.
//!
//! The descriptors travel beside the bytes, as *ancillary data* of the kind `SCM_RIGHTS`. The message
//! holds them: the sender may close its own at once, and one that is never received is closed
//! with the socket.
//!
//! # What can go wrong
//!
//! - **At least one byte** has to go with them. On a stream a message without bytes is no message, and
//!   Linux drops the descriptors without a word. [`send`] refuses it.
//! - **Reading them as bytes**: a plain `read` of bytes that had descriptors closes these.
//! - **Mixed up on a stream**: they come with the first byte of their [`send`]. A [`receive`] may return
//!   bytes of an earlier plain write together with them, but never descriptors of two sends at once.
//!   Agree on who sends what when, or use messages (datagrams,
#![cfg_attr(target_os = "linux", doc = "  [`Seqpacket`](crate::seqpacket)).")]
#![cfg_attr(not(target_os = "linux"), doc = "  sequenced packets on Linux).")]
//! - **Truncation**: the kernel gives as many as there is room for in the control buffer, or as
//!   the limit of open files allows, drops the rest and sets `MSG_CTRUNC`. Those that came are open: a
//!   caller who takes that for a plain error leaks them. (nix's `recvmsg` does: it returns the error
//!   instead of the list.) Here there is always room for all, truncation is
//!   [`ReceiveError::Truncated`], and what came is closed.
//! - **Leaks into children**: the new descriptors have to be close-on-exec from the start. Linux has a
//!   flag, `MSG_CMSG_CLOEXEC`; on macOS there is a moment between receiving and marking in which another
//!   thread's `fork` and `exec` would inherit them.
//! - **Trust**: a sender can send any number of any kind, such as a file on a server that has stopped
//!   answering, whose `read` never returns. A receiver asks how many and what they are.
//!
//! See [unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html) and
//! [cmsg(3)](https://man7.org/linux/man-pages/man3/cmsg.3.html).

mod raw;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use nix::errno::Errno;
use nix::sys::socket::{ControlMessage, sendmsg};

/// The most descriptors that one message may have: Linux's limit (`SCM_MAX_FD`), used on macOS too.
#[doc(alias = "SCM_MAX_FD")]
pub const LIMIT: usize = 253;

/// Why descriptors were not sent.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// They need a byte to go with.
    #[error("cannot send descriptors without a byte")]
    NoBytes,
    /// More than [`LIMIT`].
    #[error("cannot send {0} descriptors in one message, {LIMIT} is the limit")]
    TooMany(usize),
    /// [`BrokenPipe`](io::ErrorKind::BrokenPipe) when the other end is gone; `ETOOMANYREFS` when too many
    /// descriptors are on their way and not received.
    #[error("cannot send {count} descriptors: {error}")]
    Failed {
        /// How many.
        count: usize,
        /// Why.
        error: io::Error,
    },
}

/// Why nothing was received. What came is closed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The sender sent more than were expected.
    #[error("{received} descriptors came, {expected} were expected at most")]
    TooMany {
        /// How many came.
        received: usize,
        /// How many were wanted.
        expected: usize,
    },
    /// Not all could be opened: too many files are open.
    #[error(
        "some of the descriptors are lost, only {received} could be opened (too many open files?)"
    )]
    Truncated {
        /// How many had come.
        received: usize,
    },
    /// All else.
    #[error("cannot receive descriptors: {0}")]
    Failed(io::Error),
}

impl From<io::Error> for ReceiveError {
    fn from(error: io::Error) -> Self {
        ReceiveError::Failed(error)
    }
}

/// What came in one message.
#[derive(Debug)]
pub struct Received {
    /// How many bytes are in the buffer; 0 at the end of the stream.
    pub bytes: usize,
    /// In the order in which they were sent.
    pub descriptors: Vec<OwnedFd>,
}

/// Sends `bytes`, all of them, with `descriptors` at the first. They stay open here.
///
/// `socket` is any connected Unix-domain socket.
///
/// # Errors
///
/// [`SendError`]. When it fails in the middle of the bytes, the descriptors are on their way.
///
/// ```
/// use std::fs::File;
/// use std::io::Read;
/// use std::os::fd::AsFd;
/// use std::os::unix::net::UnixStream;
/// use uds::descriptors::{receive, send};
///
/// let (one, other) = UnixStream::pair()?;
/// send(&one, b"x", &[File::open("/dev/zero")?.as_fd()])?;
///
/// let mut received = receive(&other, &mut [0; 16], 1)?;
/// let mut zeros = [1; 8];
/// File::from(received.descriptors.remove(0)).read_exact(&mut zeros)?;
/// assert_eq!(zeros, [0; 8]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(alias = "sendmsg")]
#[doc(alias = "SCM_RIGHTS")]
pub fn send(socket: impl AsFd, bytes: &[u8], descriptors: &[BorrowedFd]) -> Result<(), SendError> {
    let count = descriptors.len();
    match (bytes.len(), count) {
        (0, _) => return Err(SendError::NoBytes),
        (_, n) if n > LIMIT => return Err(SendError::TooMany(n)),
        _ => {}
    }
    let raw: Vec<RawFd> = descriptors.iter().map(AsRawFd::as_raw_fd).collect();
    let failed = |error| SendError::Failed { count, error };
    let mut sent = send_once(socket.as_fd(), bytes, &raw).map_err(failed)?;
    while sent < bytes.len() {
        // The descriptors went with the first of the bytes, and must not go twice.
        sent += send_once(socket.as_fd(), &bytes[sent..], &[]).map_err(failed)?;
    }
    Ok(())
}

fn send_once(socket: BorrowedFd, bytes: &[u8], descriptors: &[RawFd]) -> io::Result<usize> {
    let rights = [ControlMessage::ScmRights(descriptors)];
    let control = if descriptors.is_empty() {
        &[]
    } else {
        &rights[..]
    };
    loop {
        let part = [IoSlice::new(bytes)];
        match sendmsg::<()>(socket.as_raw_fd(), &part, control, sys::SEND, None) {
            Err(Errno::EINTR) => {}
            outcome => return Ok(outcome?),
        }
    }
}

/// Receives what is there, at most `buffer` full of bytes and `most` descriptors; waits for something.
/// The descriptors are close-on-exec.
///
/// # Errors
///
/// [`ReceiveError`]. The bytes are in `buffer` even so, and not to be had again.
#[doc(alias = "recvmsg")]
#[doc(alias = "MSG_CTRUNC")]
pub fn receive(
    socket: impl AsFd,
    buffer: &mut [u8],
    most: usize,
) -> Result<Received, ReceiveError> {
    let message = loop {
        match raw::receive(socket.as_fd(), buffer, sys::RECEIVE) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => break outcome?,
        }
    };
    sys::close_on_exec(&message.descriptors)?;
    match message.descriptors.len() {
        received if message.truncated => Err(ReceiveError::Truncated { received }),
        received if received > most => Err(ReceiveError::TooMany {
            received,
            expected: most,
        }),
        _ => Ok(Received {
            bytes: message.bytes,
            descriptors: message.descriptors,
        }),
    }
}
