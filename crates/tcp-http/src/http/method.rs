//! Methods.

use super::syntax::is_token;

/// What a request asks for (RFC 9110 §9). Methods are case-sensitive: `get` is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// The representation of the target.
    Get,
    /// What GET would answer, without the body.
    Head,
    /// To process the body as the target sees fit.
    Post,
    /// To make the body the target's new state.
    Put,
    /// To remove the target.
    Delete,
    /// What can be asked of the target, or with `*` of the server.
    Options,
    /// The request as it arrived.
    Trace,
    /// To change a part of the target (RFC 5789).
    Patch,
    /// A tunnel.
    Connect,
    /// Any other token; its name is in the request.
    Other,
}

impl Method {
    /// The method of this name; `None` if it is not a token.
    pub fn from_bytes(name: &[u8]) -> Option<Method> {
        Some(match name {
            b"GET" => Method::Get,
            b"HEAD" => Method::Head,
            b"POST" => Method::Post,
            b"PUT" => Method::Put,
            b"DELETE" => Method::Delete,
            b"OPTIONS" => Method::Options,
            b"TRACE" => Method::Trace,
            b"PATCH" => Method::Patch,
            b"CONNECT" => Method::Connect,
            _ if is_token(name) => Method::Other,
            _ => return None,
        })
    }

    /// Its name; `None` for [`Other`](Method::Other), whose name is in its request.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
            Method::Patch => "PATCH",
            Method::Connect => "CONNECT",
            Method::Other => return None,
        })
    }

    /// Whether it asks for nothing to be changed (RFC 9110 §9.2.1).
    pub fn is_safe(self) -> bool {
        matches!(
            self,
            Method::Get | Method::Head | Method::Options | Method::Trace
        )
    }

    /// Whether twice does what once does, so that a client may send it again when the connection broke
    /// and nobody knows whether it arrived (RFC 9110 §9.2.2).
    pub fn is_idempotent(self) -> bool {
        self.is_safe() || matches!(self, Method::Put | Method::Delete)
    }
}
