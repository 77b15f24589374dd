//! Answers.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use super::output::Segment;
use crate::http::{Headers, InvalidField, Status};

/// An answer: a status, fields, a body. The server adds `Date`, the body's length, and what becomes of
/// the connection.
#[derive(Debug)]
pub struct Response {
    pub(super) status: Status,
    /// Field lines that were made once for many answers.
    pub(super) prepared: Option<Arc<[u8]>>,
    /// Field lines of this answer alone, each with its CRLF.
    pub(super) fields: Vec<u8>,
    pub(super) content_type: Option<&'static str>,
    pub(super) body: Body,
    pub(super) closes: bool,
}

/// What is sent behind the head.
#[derive(Debug)]
pub(super) enum Body {
    Static(&'static [u8]),
    Bytes(Vec<u8>),
    Shared(Arc<[u8]>),
    File(Arc<File>, Range<u64>),
    /// One after the other, of this length in all.
    Segments(Vec<Segment>, u64),
    /// The request's own.
    Echo,
}

impl Response {
    /// An answer without a body.
    // Inlined, as the two below are: a service that chains them writes each field once, where its
    // caller wants it.
    #[inline]
    pub fn new(status: Status) -> Self {
        Response {
            status,
            prepared: None,
            fields: Vec::new(),
            content_type: None,
            body: Body::Static(b""),
            closes: false,
        }
    }

    /// 200 with text.
    pub fn text(text: impl Into<String>) -> Self {
        Response::new(Status::OK).with_body("text/plain; charset=utf-8", text.into())
    }

    /// The status and its reason as text, for errors.
    pub fn plain(status: Status) -> Self {
        Response::new(status).with_body("text/plain; charset=utf-8", format!("{status}\n"))
    }

    /// 200 with the request's own body, however long, as it arrives: no more of it is in memory than
    /// a connection's buffers hold. Only from [`answer_early`](super::Service::answer_early); later
    /// there is no body left to send back.
    pub fn echo() -> Self {
        let mut response = Response::new(Status::OK);
        response.body = Body::Echo;
        response
    }

    /// With this body.
    #[inline]
    pub fn with_body(self, content_type: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Response {
            content_type: Some(content_type),
            body: Body::Bytes(body.into()),
            ..self
        }
    }

    /// With a body that is part of the program.
    #[inline]
    pub fn with_static_body(self, content_type: &'static str, body: &'static [u8]) -> Self {
        Response {
            content_type: Some(content_type),
            body: Body::Static(body),
            ..self
        }
    }

    /// With these bytes of a file, which the kernel sends without showing them to the program.
    #[doc(alias = "sendfile")]
    pub fn with_file(mut self, file: Arc<File>, range: Range<u64>) -> Self {
        self.body = Body::File(file, range);
        self
    }

    /// With another field. Not Content-Length, Transfer-Encoding, Connection and Date: they are the
    /// server's.
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Result<Self, InvalidField> {
        let mut field = Headers::new();
        field.append(name, value)?;
        field.write(&mut self.fields);
        Ok(self)
    }

    /// The last answer on this connection.
    pub fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// The status.
    pub fn status(&self) -> Status {
        self.status
    }
}

impl Body {
    /// Its bytes, if they are in one place in memory.
    pub(super) fn in_memory(&self) -> Option<&[u8]> {
        match self {
            Body::Static(bytes) => Some(bytes),
            Body::Bytes(bytes) => Some(bytes),
            Body::Shared(bytes) => Some(bytes),
            Body::File(..) | Body::Segments(..) | Body::Echo => None,
        }
    }

    /// `None` if it is the request's.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Body::Static(bytes) => Some(bytes.len() as u64),
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Shared(bytes) => Some(bytes.len() as u64),
            Body::File(_, range) => Some(range.end - range.start),
            Body::Segments(_, length) => Some(*length),
            Body::Echo => None,
        }
    }
}
