//! Why there is no answer, or no whole one.

use std::io;

use super::{Url, UrlError};
use crate::http::Refusal;

/// Why a request has no whole answer. Who caused it decides what helps, so the sides are apart: the
/// address, the way there, and what the server sent.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Methods are tokens.
    #[error("{0:?} is not a method")]
    Method(String),
    /// CONNECT makes a tunnel of the connection.
    #[error("CONNECT asks for a tunnel, which is not implemented")]
    Connect,
    /// The system knows no address of that name.
    #[error("cannot resolve {host}: {cause}")]
    Resolve {
        /// The name.
        host: String,
        /// What the system says.
        cause: io::Error,
    },
    /// No address of the host could be connected to.
    #[error("cannot connect to {authority}: {cause}")]
    Unreachable {
        /// Host and port.
        authority: String,
        /// Why not; of several addresses, the last.
        cause: io::Error,
    },
    /// The connection broke, or the time was over, while the request was being sent.
    #[error("cannot send to {authority}: {cause}")]
    Send {
        /// Host and port.
        authority: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The connection broke, or the time was over, while the answer was being read.
    #[error("cannot receive from {authority}: {cause}")]
    Receive {
        /// Host and port.
        authority: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The connection was closed before the first byte of an answer.
    #[error("{authority} closed the connection without an answer")]
    NoAnswer {
        /// Host and port.
        authority: String,
    },
    /// The answer is not HTTP, or was cut.
    #[error("the answer of {authority} is broken: {refusal}")]
    Broken {
        /// Host and port.
        authority: String,
        /// What is wrong with it.
        refusal: Refusal,
    },
    /// Interim answers (1xx) without end.
    #[error("{authority} sent {count} interim answers and no final one")]
    Interim {
        /// Host and port.
        authority: String,
        /// How many.
        count: usize,
    },
    /// 101, and what follows is not HTTP.
    #[error("{authority} switched to another protocol")]
    Switched {
        /// Host and port.
        authority: String,
    },
    /// The body is not the gzip that its Content-Encoding promises.
    #[error("the answer of {authority} cannot be unpacked: {cause}")]
    Gzip {
        /// Host and port.
        authority: String,
        /// What the decoder says.
        cause: io::Error,
    },
    /// A Location that leads nowhere.
    #[error("{from} redirects to {location:?}: {cause}")]
    Redirect {
        /// Who redirects.
        from: String,
        /// To where.
        location: String,
        /// What is wrong with that.
        cause: UrlError,
    },
    /// Redirects without end.
    #[error("more than {limit} redirects, the last to {last}")]
    Redirects {
        /// How many were followed.
        limit: usize,
        /// Where the next would have led.
        last: Url,
    },
}

impl ClientError {
    /// Whether it is one of the client's own [`Timeouts`](super::Timeouts).
    pub fn is_timeout(&self) -> bool {
        match self {
            ClientError::Unreachable { cause, .. }
            | ClientError::Send { cause, .. }
            | ClientError::Receive { cause, .. } => cause.kind() == io::ErrorKind::TimedOut,
            _ => false,
        }
    }
}
