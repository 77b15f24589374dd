//! A client of HTTP/1.1: one request after the other, on connections that are kept.
//!
//! # What a client has to get right
//!
//! - **Where the answer ends.** Nothing but its length, its last chunk or, in the worst case, the end
//!   of the connection tells a whole body from one that was cut. Whatever was announced and did not
//!   come is an error here, never a short success ([`Body`]).
//! - **A kept connection may be gone.** The server closes it when it has been idle for too long, and
//!   the news may cross our next request on its way. Then nobody knows whether that request was acted
//!   on. It is sent once more, on a new connection, only if twice does what once does, or if the server
//!   cannot have had all of it ([RFC 9110 §9.2.2]; see the `exchange` module).
//! - **A redirect is an order from outside.** It may lead to another host, which must not see the
//!   password for this one ([`redirect`]).
//! - **Nobody waits for ever.** There is a limit for connecting, one for silence, and one for all of it
//!   ([`Timeouts`]): a server that sends a byte each second is never silent.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::TcpListener;
//! use std::thread;
//! use tcp_http::client::{Client, Request};
//!
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let url = format!("http://{}/", listener.local_addr()?).parse()?;
//! let server = thread::spawn(move || -> std::io::Result<()> {
//!     let (mut connection, _) = listener.accept()?;
//!     let _ = connection.read(&mut [0; 1000])?;
//!     connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")
//! });
//! let answer = Client::new().send(&Request::get(url))?;
//! assert_eq!(answer.status.code(), 200);
//! assert_eq!(answer.body.bytes()?, b"hi");
//! # server.join().expect("the server does not panic")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Names are resolved by [`ToSocketAddrs`](std::net::ToSocketAddrs), that is by the system, which
//! knows no timeout. Only `http` is spoken: `https` is the same on a stream that is encrypted, which is
//! another book.
//!
//! [RFC 9110 §9.2.2]: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2

mod error;
mod url;

mod timeouts;
mod wire;

mod request;

mod answer;
mod body;

mod connection;
mod pool;

mod exchange;
pub mod redirect;

pub mod download;

pub use answer::Answer;
pub use body::Body;
pub use error::ClientError;
pub use request::Request;
pub use timeouts::Timeouts;
pub use url::{Url, UrlError};
pub use wire::Wire;

use std::sync::Arc;

use crate::http::Limits;
use pool::Pool;
use timeouts::Deadline;

/// Sends requests, and keeps the connections that it got the answers on. May be shared by threads.
#[derive(Debug)]
pub struct Client {
    options: Options,
    pool: Arc<Pool>,
}

/// How a [`Client`] works.
#[derive(Clone, Debug)]
pub struct Options {
    /// When to give up.
    pub timeouts: Timeouts,
    /// How many redirects to follow, one more being an error; `None` to take them for the answer.
    pub redirects: Option<usize>,
    /// Ask for gzip, and decode what comes so.
    pub compressed: bool,
    /// What a server may make us keep.
    pub limits: Limits,
    /// Who is shown the bytes.
    pub wire: Option<Arc<dyn Wire>>,
}

impl Default for Options {
    /// No redirects, no compression, bodies of any length.
    fn default() -> Self {
        Options {
            timeouts: Timeouts::default(),
            redirects: None,
            compressed: false,
            limits: Limits {
                body: u64::MAX,
                ..Limits::default()
            },
            wire: None,
        }
    }
}

impl Client {
    /// A client with the default [`Options`].
    pub fn new() -> Self {
        Client::with(Options::default())
    }

    /// A client with these options.
    pub fn with(options: Options) -> Self {
        Client {
            options,
            pool: Arc::default(),
        }
    }

    /// Sends `request`, follows redirects if it is to, and returns the answer as soon as its head is
    /// there. A status such as 404 is an answer like others.
    pub fn send(&self, request: &Request) -> Result<Answer, ClientError> {
        let deadline = Deadline::of(&self.options.timeouts);
        let mut answer = self.exchange(request, &deadline)?;
        let Some(limit) = self.options.redirects else {
            return Ok(answer);
        };
        let mut current = request.clone();
        let mut followed = 0;
        while let Some(next) = redirect::follow(&current, &answer)? {
            if followed == limit {
                return Err(ClientError::Redirects {
                    limit,
                    last: next.url,
                });
            }
            followed += 1;
            answer.body.skip();
            answer = self.exchange(&next, &deadline)?;
            current = next;
        }
        Ok(answer)
    }
}

impl Default for Client {
    fn default() -> Self {
        Client::new()
    }
}
