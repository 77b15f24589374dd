//! A text a POST.
//!
//! Only `application/json` is taken. That keeps browsers out: a page of any site may send a POST to
//! localhost, but not with this Content-Type without asking first (CORS), and nobody here says yes.

use std::io::{self, Read, Write};

use super::{LONGEST, Registry};
use crate::http::{
    BodyDecoder, Buffer, CONTINUE, Fields, HeadWriter, Limits, Method, Refusal, RequestHead,
    Status, Version,
};

/// How much is read at once.
const ROOM: usize = 8 * 1024;

/// Answers the requests of one connection, until it ends or breaks a rule.
pub fn serve(registry: &Registry, stream: impl Read + Write) -> io::Result<()> {
    let mut connection = Connection {
        stream,
        buffer: Buffer::new(),
        limits: Limits {
            body: LONGEST as u64,
            ..Limits::default()
        },
    };
    loop {
        match connection.read_request()? {
            Ok(Some(request)) => {
                connection.stream.write_all(&request.answer(registry))?;
                if !request.keep {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(refusal) => return connection.refuse(refusal),
        }
    }
}

struct Connection<S> {
    stream: S,
    buffer: Buffer,
    limits: Limits,
}

struct Request {
    method: Method,
    is_json: bool,
    body: Vec<u8>,
    keep: bool,
}

impl<S: Read + Write> Connection<S> {
    /// `None` when the peer has closed where a request would begin.
    fn read_request(&mut self) -> io::Result<Result<Option<Request>, Refusal>> {
        let mut head = RequestHead::new();
        let length = loop {
            match head.parse(self.buffer.unread(), &self.limits) {
                Ok(Some(length)) => break length,
                Ok(None) => {}
                Err(refusal) => return Ok(Err(refusal)),
            }
            if self.fill()? == 0 {
                return Ok(if self.buffer.unread().is_empty() {
                    Ok(None)
                } else {
                    Err(Refusal::Cut)
                });
            }
        };
        let mut request = Request {
            method: head.method(),
            is_json: is_json(&head.of(self.buffer.unread())),
            body: Vec::new(),
            keep: head.keep_alive(),
        };
        self.buffer.consume(length);
        if head.expects_continue() {
            self.stream.write_all(CONTINUE)?;
        }
        let decoder = BodyDecoder::new(head.framing(), &self.limits);
        let body = match decoder {
            Ok(decoder) => self.read_body(decoder)?,
            Err(refusal) => Err(refusal),
        };
        Ok(body.map(|body| {
            request.body = body;
            Some(request)
        }))
    }

    fn read_body(&mut self, mut decoder: BodyDecoder) -> io::Result<Result<Vec<u8>, Refusal>> {
        let mut body = Vec::new();
        while !decoder.is_done() {
            let piece = match decoder.decode(self.buffer.unread()) {
                Ok(piece) => piece,
                Err(refusal) => return Ok(Err(refusal)),
            };
            body.extend_from_slice(piece.data);
            let taken = piece.taken;
            self.buffer.consume(taken);
            if taken == 0 && !decoder.is_done() && self.fill()? == 0 {
                return Ok(Err(Refusal::Cut));
            }
        }
        Ok(Ok(body))
    }

    fn refuse(&mut self, refusal: Refusal) -> io::Result<()> {
        let mut out = Vec::new();
        let text = format!("{refusal}\n");
        HeadWriter::response(&mut out, refusal.status())
            .field("Content-Type", "text/plain")
            .content_length(text.len() as u64)
            .connection(false, Version::Http11)
            .finish();
        out.extend_from_slice(text.as_bytes());
        self.stream.write_all(&out)
    }

    fn fill(&mut self) -> io::Result<usize> {
        loop {
            match self.stream.read(self.buffer.room(ROOM)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(count) => {
                    self.buffer.filled(count);
                    return Ok(count);
                }
            }
        }
    }
}

impl Request {
    fn answer(&self, registry: &Registry) -> Vec<u8> {
        if self.method != Method::Post {
            return self.write(Status::METHOD_NOT_ALLOWED, "");
        }
        if !self.is_json {
            return self.write(Status::UNSUPPORTED_MEDIA_TYPE, "");
        }
        match registry.answer(&self.body) {
            Some(answer) => self.write(Status::OK, &answer),
            None => self.write(Status::NO_CONTENT, ""),
        }
    }

    fn write(&self, status: Status, body: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut head = HeadWriter::response(&mut out, status);
        if status == Status::METHOD_NOT_ALLOWED {
            head = head.field("Allow", "POST");
        }
        if status == Status::OK {
            head = head.field("Content-Type", "application/json");
        }
        if status != Status::NO_CONTENT {
            head = head.content_length(body.len() as u64);
        }
        head.connection(self.keep, Version::Http11).finish();
        out.extend_from_slice(body.as_bytes());
        out
    }
}

fn is_json(head: &impl Fields) -> bool {
    let kind = head.get("Content-Type").unwrap_or_default();
    let kind = kind.split(|&byte| byte == b';').next().unwrap_or_default();
    kind.trim_ascii().eq_ignore_ascii_case(b"application/json")
}
