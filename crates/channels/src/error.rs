//! What can go wrong, one type an operation. An operation that did not send hands the message back:
//! it may be a file or a connection, and its owner may want to do something else with it.

use std::fmt;

use thiserror::Error;

/// The message of a [`send`](crate::Sender::send) on a closed channel.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
#[error("sending on a closed channel")]
pub struct SendError<T>(pub T);

/// Why [`try_send`](crate::Sender::try_send) did not send, with the message.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
pub enum TrySendError<T> {
    /// The buffer is full; or there is none, and no receiver is waiting.
    #[error("sending on a full channel")]
    Full(T),
    /// The channel is closed, or all its receivers are gone.
    #[error("sending on a closed channel")]
    Closed(T),
}

/// Why [`send_timeout`](crate::Sender::send_timeout) did not send, with the message.
#[derive(Clone, Copy, PartialEq, Eq, Error)]
pub enum SendTimeoutError<T> {
    /// Nobody took it in time.
    #[error("timed out sending on a channel")]
    Timeout(T),
    /// The channel is closed, or all its receivers are gone.
    #[error("sending on a closed channel")]
    Closed(T),
}

/// Nothing will come any more: the channel is closed and its last value has been received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("receiving on a closed and empty channel")]
pub struct RecvError;

/// Why [`try_recv`](crate::Receiver::try_recv) received nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TryRecvError {
    /// Nothing is there yet.
    #[error("receiving on an empty channel")]
    Empty,
    /// Nothing will come any more.
    #[error("receiving on a closed and empty channel")]
    Closed,
}

/// Why [`recv_timeout`](crate::Receiver::recv_timeout) received nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecvTimeoutError {
    /// Nothing came in time.
    #[error("timed out receiving on a channel")]
    Timeout,
    /// Nothing will come any more.
    #[error("receiving on a closed and empty channel")]
    Closed,
}

/// The channel was closed before. Go panics here: two parties each think that they say the last word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("closing a closed channel")]
pub struct CloseError;

impl<T> SendError<T> {
    /// The message that was not sent.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> TrySendError<T> {
    /// The message that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Full(value) | Self::Closed(value) => value,
        }
    }
}

impl<T> SendTimeoutError<T> {
    /// The message that was not sent.
    pub fn into_inner(self) -> T {
        match self {
            Self::Timeout(value) | Self::Closed(value) => value,
        }
    }
}

// Written by hand, so that `unwrap` works whatever the message is.

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SendError(..)")
    }
}

impl<T> fmt::Debug for TrySendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full(_) => "Full(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}

impl<T> fmt::Debug for SendTimeoutError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout(_) => "Timeout(..)",
            Self::Closed(_) => "Closed(..)",
        })
    }
}
