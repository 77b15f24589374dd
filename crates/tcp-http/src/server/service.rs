//! What a server is there for: a request goes in, an answer comes out.

use std::net::SocketAddr;

use super::Response;
use crate::http::{Fields, Method, RequestRef, Version};

/// Answers requests. Any function from [`&Request`](Request) to [`Response`] is one.
///
/// It is called by many threads at a time, or by the one thread that all connections share: there an
/// answer that takes long makes everybody wait. A panic is answered with 500, and closes the connection.
///
/// ```
/// use tcp_http::server::{Request, Response, Service};
///
/// fn is_service(_: impl Service) {}
/// is_service(|request: &Request<'_>| Response::text(format!("{} bytes", request.body().len())));
/// ```
pub trait Service: Send + Sync + 'static {
    /// The answer to a request whose body has arrived whole, up to
    /// [`body_in_memory`](super::Builder::body_in_memory) bytes of it.
    fn answer(&self, request: &Request<'_>) -> Response;

    /// The answer to a request whose body, if it has one, has not been read: for whoever does not need
    /// it, or sends it back with [`Response::echo`]. `None`, and the body is collected for
    /// [`answer`](Service::answer).
    fn answer_early(&self, request: &Request<'_>) -> Option<Response> {
        let _ = request;
        None
    }
}

impl<F> Service for F
where
    F: Fn(&Request<'_>) -> Response + Send + Sync + 'static,
{
    fn answer(&self, request: &Request<'_>) -> Response {
        self(request)
    }
}

/// A request as a [`Service`] sees it: in the buffer that it arrived in.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub(super) head: RequestRef<'a>,
    pub(super) body: &'a [u8],
    pub(super) peer: SocketAddr,
}

impl<'a> Request<'a> {
    /// The method.
    pub fn method(&self) -> Method {
        self.head.head().method()
    }

    /// The version; a later 1.x is 1.1.
    pub fn version(&self) -> Version {
        self.head.head().version()
    }

    /// The target's path, still percent-encoded; `*` for `OPTIONS *`.
    pub fn path(&self) -> &'a [u8] {
        self.head.target_parts().path()
    }

    /// What is behind the target's question mark.
    pub fn query(&self) -> Option<&'a [u8]> {
        self.head.target_parts().query()
    }

    /// All of the head.
    pub fn head(&self) -> RequestRef<'a> {
        self.head
    }

    /// The body, decoded. Empty in [`Service::answer_early`].
    pub fn body(&self) -> &'a [u8] {
        self.body
    }

    /// Who asks.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }
}

impl Fields for Request<'_> {
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head.lines()
    }
}
