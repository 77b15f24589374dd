//! What is to be done.

use std::io;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::client::{ClientError, Request};

/// A load.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What is asked, again and again.
    pub request: Request,
    /// How many connections are kept open.
    pub connections: usize,
    /// How many threads share them.
    pub threads: usize,
    /// For how long requests are sent. Answers to the last are awaited for [`timeout`](Plan::timeout) at
    /// most.
    pub duration: Duration,
    /// How many requests are due each second, all connections together; `None` for a closed loop.
    pub rate: Option<f64>,
    /// How many requests may be under way on one connection.
    pub pipeline: usize,
    /// How long a request may take from when it was sent.
    pub timeout: Duration,
}

/// Why there was no load.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The request cannot be sent.
    #[error(transparent)]
    Request(#[from] ClientError),
    /// Nobody is there.
    #[error("cannot connect to {authority}: {cause}")]
    Unreachable {
        /// Host and port.
        authority: String,
        /// What the system says.
        cause: io::Error,
    },
    /// The system has no poller for us.
    #[error("cannot wait for sockets: {0}")]
    Poller(io::Error),
}

impl Plan {
    /// 10 connections on one thread, for 10 seconds, in a closed loop.
    pub fn new(request: Request) -> Self {
        Plan {
            request,
            connections: 10,
            threads: 1,
            duration: Duration::from_secs(10),
            rate: None,
            pipeline: 1,
            timeout: Duration::from_secs(10),
        }
    }

    /// The first address of the host on which somebody listens.
    pub(crate) fn find_address(&self) -> Result<SocketAddr, LoadError> {
        let url = &self.request.url;
        let host = url.host().trim_matches(['[', ']']);
        let find = || {
            let mut outcome = Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
            for address in (host, url.port()).to_socket_addrs()? {
                outcome = TcpStream::connect_timeout(&address, self.timeout).map(|_| address);
                if outcome.is_ok() {
                    break;
                }
            }
            outcome
        };
        find().map_err(|cause| LoadError::Unreachable {
            authority: format!("{}:{}", url.host(), url.port()),
            cause,
        })
    }
}
