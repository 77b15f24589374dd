//! Bytes between two connections, each direction to its own end.
//!
//! A bridge joins a client that speaks TCP to a server behind a socket file, or any two of the kind.
//! What it must keep:
//!
//! - **Order and number**: every byte, once.
//! - **Back-pressure**: a byte is taken from one side when there is room on the other. A sender that
//!   is faster than its reader waits, as it would without the bridge.
//! - **Independence**: the two directions have nothing to do with each other. One that is blocked by
//!   a slow reader must not hold up the other. So each has a thread (or, in an event loop, a buffer and
//!   a state of its own).
//! - **Half-close**: the end of one direction is passed on as the end of that direction
//!   (`shutdown(SHUT_WR)`). A client that says "that was the request" this way still gets its answer; a
//!   bridge that closes both at the first end cuts it off.
//! - **Failure**: what was cut off must not look like what has ended. A read that fails has the other
//!   end reset, where it is TCP. When an end takes no more bytes, the sender's direction is shut
//!   down for reading, and the opposite direction goes on until its own end.
//!
//! On Linux the bytes need not visit the process: `splice(2)` moves the pages from the socket into a
//! pipe, and from there into the other socket. Each direction has a pipe of its own; it is emptied
//! before it is filled again, so what is in the bridge is never more than one pipe. Elsewhere, and where
//! a kernel refuses, a buffer does it.

mod copy;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

use std::io;
use std::net::Shutdown;
use std::thread;

use crate::endpoint::Connection;

/// How one direction went.
#[derive(Debug)]
pub struct Direction {
    /// How many bytes the receiving end has taken.
    pub bytes: u64,
    /// Why it ended, if not by the sender's end of the stream.
    pub failure: Option<Failure>,
}

/// Why a direction broke off.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The sender was lost.
    #[error("cannot read: {0}")]
    Read(io::Error),
    /// The receiver takes no more.
    #[error("cannot write: {0}")]
    Write(io::Error),
}

/// How a connection over the bridge went.
#[derive(Debug)]
pub struct Relayed {
    /// From the first end to the second.
    pub there: Direction,
    /// From the second to the first.
    pub back: Direction,
}

/// Joins `one` and `other` until both directions have ended. It closes neither.
///
/// # Errors
///
/// When there is no thread to be had for the second direction; nothing has been read then.
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::Shutdown;
/// use std::os::unix::net::UnixStream;
/// use uds::bridge::relay;
///
/// let (mut client, front) = UnixStream::pair()?;
/// let (back, mut server) = UnixStream::pair()?;
/// client.write_all(b"question")?;
/// client.shutdown(Shutdown::Write)?;
/// server.write_all(b"answer")?;
/// server.shutdown(Shutdown::Write)?;
///
/// let relayed = relay(&front.into(), &back.into())?;
/// assert_eq!((relayed.there.bytes, relayed.back.bytes), (8, 6));
/// let mut question = String::new();
/// server.read_to_string(&mut question)?;
/// assert_eq!(question, "question");
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "splice")]
pub fn relay(one: &Connection, other: &Connection) -> io::Result<Relayed> {
    thread::scope(|scope| {
        let back = thread::Builder::new().spawn_scoped(scope, || one_way(other, one))?;
        let there = one_way(one, other);
        let back = back
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(Relayed { there, back })
    })
}

/// All bytes, and then their end. Errors of `shutdown` say that the end is there already.
fn one_way(from: &Connection, to: &Connection) -> Direction {
    let mut bytes = 0;
    let failure = sys::pump(from, to, &mut bytes).err();
    match &failure {
        None => drop(to.shutdown(Shutdown::Write)),
        Some(Failure::Write(_)) => drop(from.shutdown(Shutdown::Read)),
        Some(Failure::Read(_)) => {
            // The reset is sent when `to` is closed. Until then nothing may say "end"; and the other
            // direction, whose receiver is lost, is woken from its wait for `to`.
            let _ = to.reset_on_close();
            let _ = to.shutdown(Shutdown::Read);
        }
    }
    Direction { bytes, failure }
}
