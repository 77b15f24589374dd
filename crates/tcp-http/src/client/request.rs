//! What is asked.

use super::{ClientError, Url};
use crate::http::{self, Fields, Headers, InvalidField, Method};

/// A request to be sent. The fields that a request needs are added when it is sent, unless they are
/// here already.
#[derive(Clone, Debug)]
pub struct Request {
    /// The method's name.
    pub method: String,
    /// Where to.
    pub url: Url,
    /// The header fields.
    pub headers: Headers,
    /// The body.
    pub body: Vec<u8>,
}

const USER_AGENT: &str = concat!("tcp-http/", env!("CARGO_PKG_VERSION"));

impl Request {
    /// A request without a body.
    pub fn new(method: impl Into<String>, url: Url) -> Self {
        Request {
            method: method.into(),
            url,
            headers: Headers::new(),
            body: Vec::new(),
        }
    }

    /// GET.
    pub fn get(url: Url) -> Self {
        Request::new("GET", url)
    }

    /// POST with this body.
    pub fn post(url: Url, body: impl Into<Vec<u8>>) -> Self {
        Request {
            body: body.into(),
            ..Request::new("POST", url)
        }
    }

    /// With another value of a field in the place of all that there are.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, InvalidField> {
        self.headers.insert(name, value)?;
        Ok(self)
    }

    /// The method; an error if it cannot be sent.
    pub(crate) fn checked_method(&self) -> Result<Method, ClientError> {
        match Method::from_bytes(self.method.as_bytes()) {
            Some(Method::Connect) => Err(ClientError::Connect),
            Some(method) => Ok(method),
            None => Err(ClientError::Method(self.method.clone())),
        }
    }

    /// As it goes over the wire.
    pub(crate) fn to_bytes(&self, compressed: bool) -> Vec<u8> {
        let mut headers = Headers::new();
        let mut set = |name, value: &[u8]| {
            if self.headers.get(name).is_none() {
                let set = headers.append(name, value);
                set.expect("these are valid fields");
            }
        };
        // First, as RFC 9110 §7.2 has it.
        set("Host", self.url.authority().as_bytes());
        set("User-Agent", USER_AGENT.as_bytes());
        set("Accept", b"*/*");
        if compressed {
            set("Accept-Encoding", b"gzip");
        }
        for (name, value) in self.headers.lines() {
            let name = String::from_utf8_lossy(name);
            let added = headers.append(&name, value);
            added.expect("they are valid fields already");
        }
        let request = http::Request {
            headers,
            ..http::Request::new(&self.method, &self.url.target())
        };
        if self.body.is_empty() && !self.announces_body() {
            return request.to_bytes();
        }
        if self.headers.get("Transfer-Encoding").is_some() {
            let body = self.body.clone();
            return http::Request { body, ..request }.to_bytes();
        }
        request.with_body(self.body.clone()).to_bytes()
    }

    /// An empty body of these is said to be empty: its length is expected (RFC 9110 §8.6).
    fn announces_body(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH")
    }
}
