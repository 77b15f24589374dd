//! One request, one answer, and the one retry.
//!
//! A request on a kept connection may find it dead: the server closed it while the request was on its
//! way. The end of the connection comes in place of an answer then, or a reset, and it says nothing
//! about whether the server acted on the request before. So it is sent again only
//!
//! - once, on a *new* connection, and only if the old one had been used before: a server that closes
//!   new connections means it;
//! - if not one byte of an answer came;
//! - if the method is idempotent, or the kernel did not even take the whole request: what is not all
//!   there is not acted on.
//!
//! A POST that went out whole is not repeated, and the error says that no answer came.

use std::io;

use super::body::Body;
use super::connection::{Connection, SendFailure, authority};
use super::timeouts::Deadline;
use super::{Answer, Client, ClientError, Request};
use crate::http::{BodyDecoder, Fields, Headers, Method, Refusal, ResponseHead, Status};

/// More interim answers than anybody needs.
const MOST_INTERIM: usize = 100;

/// An attempt that came to nothing.
struct Failure {
    error: ClientError,
    /// The connection ended before the first byte of an answer.
    is_silent_end: bool,
    /// Whether all of the request was taken by the kernel.
    sent_whole: bool,
}

impl Failure {
    fn may_be_repeated(&self, method: Method) -> bool {
        self.is_silent_end && (method.is_idempotent() || !self.sent_whole)
    }
}

impl Client {
    /// Sends `request` and reads the answer's head.
    pub(crate) fn exchange(
        &self,
        request: &Request,
        deadline: &Deadline,
    ) -> Result<Answer, ClientError> {
        let method = request.checked_method()?;
        let bytes = request.to_bytes(self.options.compressed);
        let attempt = |connection| self.attempt(connection, request, method, &bytes, deadline);
        if let Some(connection) = self.pool.take(&request.url) {
            connection.note(&format!("connection to {} reused", authority(&request.url)));
            match attempt(connection) {
                Err(failure) if failure.may_be_repeated(method) => self.note_retry(),
                outcome => return outcome.map_err(|failure| failure.error),
            }
        }
        let wire = self.options.wire.clone();
        let connection = Connection::open(&request.url, deadline, wire)?;
        attempt(connection).map_err(|failure| failure.error)
    }

    fn note_retry(&self) {
        if let Some(wire) = &self.options.wire {
            wire.note("the connection was stale; once more on a new one");
        }
    }

    fn attempt(
        &self,
        mut connection: Connection,
        request: &Request,
        method: Method,
        bytes: &[u8],
        deadline: &Deadline,
    ) -> Result<Answer, Failure> {
        // Even if not all of it could be sent there may be an answer, that the body is too long, say.
        let sending = connection.send(bytes, deadline);
        let head = match &sending {
            Err(failure) if failure.is_timeout() => Err(no_answer(request)),
            _ => self.read_head(&mut connection, request, deadline),
        };
        let (head, length) = head.map_err(|error| failure(error, sending, &connection, request))?;
        let decoder = BodyDecoder::new(head.framing(method), &self.options.limits);
        let decoder = decoder.map_err(|refusal| Failure {
            error: broken(request, refusal),
            is_silent_end: false,
            sent_whole: true,
        })?;
        let received = &connection.unread()[..length];
        let reason = head.of(received).reason().to_vec();
        let headers = Headers::from_lines(&received[head.fields_start()..length - 2]);
        connection.consume(length);
        let unpack = self.options.compressed && is_gzip(&headers);
        let keep = head.keep_alive(method);
        let pool = keep.then(|| self.pool.clone());
        let url = request.url.clone();
        Ok(Answer {
            body: Body::new(connection, decoder, url.clone(), pool, *deadline, unpack),
            url,
            version: head.version(),
            status: head.status(),
            reason,
            headers,
        })
    }

    /// The final answer's head, and how long it is in the connection's buffer.
    fn read_head(
        &self,
        connection: &mut Connection,
        request: &Request,
        deadline: &Deadline,
    ) -> Result<(ResponseHead, usize), ClientError> {
        let mut head = ResponseHead::new();
        for _ in 0..MOST_INTERIM {
            let length = self.read_any_head(connection, &mut head, request, deadline)?;
            match head.status() {
                Status::SWITCHING_PROTOCOLS => {
                    let authority = authority(&request.url);
                    return Err(ClientError::Switched { authority });
                }
                status if status.is_interim() => connection.consume(length),
                _ => return Ok((head, length)),
            }
        }
        Err(ClientError::Interim {
            authority: authority(&request.url),
            count: MOST_INTERIM,
        })
    }

    fn read_any_head(
        &self,
        connection: &mut Connection,
        head: &mut ResponseHead,
        request: &Request,
        deadline: &Deadline,
    ) -> Result<usize, ClientError> {
        loop {
            let parsed = head.parse(connection.unread(), &self.options.limits);
            if let Some(length) = parsed.map_err(|refusal| broken(request, refusal))? {
                return Ok(length);
            }
            match connection.fill(deadline) {
                Ok(0) if !connection.has_heard() => return Err(no_answer(request)),
                Ok(0) => return Err(broken(request, Refusal::Cut)),
                Ok(_) => {}
                Err(cause) => {
                    return Err(ClientError::Receive {
                        authority: authority(&request.url),
                        cause,
                    });
                }
            }
        }
    }
}

/// If the request could not be sent and no answer came either, the first of the two errors tells why.
fn failure(
    error: ClientError,
    sending: Result<(), SendFailure>,
    connection: &Connection,
    request: &Request,
) -> Failure {
    let is_end = match &error {
        ClientError::NoAnswer { .. } => true,
        ClientError::Receive { cause, .. } => is_end(cause),
        _ => false,
    };
    let sent_whole = sending.is_ok();
    match sending {
        Err(failure) if !connection.has_heard() => Failure {
            is_silent_end: is_end && !failure.is_timeout(),
            error: ClientError::Send {
                authority: authority(&request.url),
                cause: failure.0,
            },
            sent_whole,
        },
        _ => Failure {
            error,
            is_silent_end: is_end && !connection.has_heard(),
            sent_whole,
        },
    }
}

fn no_answer(request: &Request) -> ClientError {
    ClientError::NoAnswer {
        authority: authority(&request.url),
    }
}

/// Whether the connection is gone, and not merely slow.
fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
    )
}

fn broken(request: &Request, refusal: Refusal) -> ClientError {
    ClientError::Broken {
        authority: authority(&request.url),
        refusal,
    }
}

fn is_gzip(headers: &Headers) -> bool {
    let mut codings = headers.list("Content-Encoding");
    let first = codings.next().is_some_and(|coding| {
        coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
    });
    first && codings.next().is_none()
}
