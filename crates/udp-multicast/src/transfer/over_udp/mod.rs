//! The transfer over real sockets: `send` and `recv`.
//!
//! The state machines do the thinking; here are a loop for each end, which waits with `poll(2)`, and
//! what happens to files. One thread is enough: there is one socket to wait for.
//!
//! [`Impairment`] loses and delays what the own end sends, so that the loopback, which is perfect, can
//! play a bad network.

mod part;
mod port;
mod receive;
mod send;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use thiserror::Error;

use super::receiver::ReceiveError;
use super::sender::SendError;

pub use part::FileError;
pub use receive::{ReceiveOptions, Received, Reception};
pub use send::{SendOptions, Sent, send};

/// What is done to the datagrams that we send.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Impairment {
    /// The part that is thrown away, from 0 to 1.
    pub loss: f64,
    /// How much later the others leave.
    pub delay: Duration,
}

/// Why a file was not transferred.
#[derive(Debug, Error)]
pub enum TransferError {
    /// Something about a file.
    #[error(transparent)]
    File(#[from] FileError),
    /// Something about the socket.
    #[error("cannot {action} {address}")]
    Socket {
        /// A verb.
        action: &'static str,
        /// Ours or theirs.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The protocol came to no good end, as the sender sees it.
    #[error("{error} ({address}, waited {waited:?} at most)")]
    Send {
        /// What was wrong.
        error: SendError,
        /// The receiver.
        address: SocketAddr,
        /// How much silence was put up with.
        waited: Duration,
    },
    /// The protocol came to no good end, as the receiver sees it.
    #[error("{0}; what has arrived is kept and can be resumed")]
    Receive(ReceiveError),
    /// What arrived is not what was announced. It was thrown away.
    #[error("what arrived is not what was announced (CRC-32): thrown away")]
    Corrupt,
}

/// A number that nobody guesses: std keeps such for its hash maps.
fn seed() -> u64 {
    RandomState::new().hash_one(0)
}
