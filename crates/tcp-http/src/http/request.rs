//! A request's head, in the buffer that it arrived in.

use super::fields::{FieldSpan, Fields, Span};
use super::line::LineScanner;
use super::steering::{Steering, Transfer};
use super::{Framing, Limits, Method, Refusal, Target, Version};

/// Reads request heads, one after the other, and says what was in the last.
///
/// It keeps positions, no bytes: the bytes stay in the caller's buffer, and [`of`](RequestHead::of)
/// brings the two together. One `RequestHead` serves a connection for all its life; from the second
/// request on nothing is allocated.
///
/// ```
/// use tcp_http::http::{Fields, Limits, Method, RequestHead};
///
/// // Two requests in one read.
/// let buffer = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\nHEAD /b HTTP/1.1\r\nHost: y\r\n\r\n";
/// let mut head = RequestHead::new();
/// let limits = Limits::default();
///
/// let first = head.parse(buffer, &limits)?.expect("a whole head");
/// assert_eq!(head.method(), Method::Get);
/// assert_eq!(head.of(buffer).get("host"), Some(&b"x"[..]));
///
/// let rest = &buffer[first..];
/// let second = head.parse(rest, &limits)?.expect("a whole head");
/// assert_eq!(head.of(rest).target(), b"/b");
/// assert_eq!(first + second, buffer.len());
/// # Ok::<(), tcp_http::http::Refusal>(())
/// ```
#[derive(Clone, Debug)]
pub struct RequestHead {
    stage: Stage,
    lines: LineScanner,
    method: Method,
    method_name: Span,
    target: Span,
    version: Version,
    /// Where the fields begin.
    fields_start: usize,
    fields: Vec<FieldSpan>,
    steering: Steering,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    /// Before the request line; so many empty lines were passed over.
    Start(u8),
    Fields,
    /// A message is there, or was refused; the next call begins another.
    Done,
}

impl RequestHead {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        RequestHead {
            stage: Stage::Start(0),
            lines: LineScanner::default(),
            method: Method::Other,
            method_name: Span::default(),
            target: Span::default(),
            version: Version::Http11,
            fields_start: 0,
            fields: Vec::new(),
            steering: Steering::default(),
        }
    }

    /// Looks for a head at the start of `bytes`: how long it is when it is whole, `None` when more has
    /// to come. Then the next call takes the same bytes with more behind them, at the same place or
    /// moved, and goes on where this one ended. After a whole head the next call begins with the next
    /// message.
    pub fn parse(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        let result = self.advance(bytes, limits);
        if result.is_err() {
            self.stage = Stage::Done;
        }
        result
    }

    /// Whether a message has begun and is not whole: if the peer closes now, it was cut.
    pub fn is_partial(&self, bytes: &[u8]) -> bool {
        match self.stage {
            Stage::Start(_) => bytes.len() > self.lines.start(),
            Stage::Fields => true,
            Stage::Done => !bytes.is_empty(),
        }
    }

    /// The method.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The version; a later 1.x is 1.1.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where the body ends. A request without either field has none (RFC 9112 §6.3).
    pub fn framing(&self) -> Framing {
        match (self.steering.transfer, self.steering.length) {
            (Transfer::Absent, None | Some(0)) => Framing::None,
            (Transfer::Absent, Some(length)) => Framing::Length(length),
            _ => Framing::Chunked,
        }
    }

    /// Whether the client wants to go on with the connection after the answer.
    pub fn keep_alive(&self) -> bool {
        self.steering.keeps(self.version)
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    pub fn expects_continue(&self) -> bool {
        self.steering.expects_continue && self.framing() != Framing::None
    }

    /// Whether the client offers to change the protocol. Who does not want to passes over it.
    pub fn wants_upgrade(&self) -> bool {
        self.steering.upgrade && self.version == Version::Http11
    }

    /// The request itself: `bytes` are those in which it was found. With others its methods return
    /// what is there, or panic.
    pub fn of<'a>(&'a self, bytes: &'a [u8]) -> RequestRef<'a> {
        RequestRef { head: self, bytes }
    }

    /// Where the fields begin.
    pub(crate) fn fields_start(&self) -> usize {
        self.fields_start
    }

    fn advance(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        if let Stage::Done = self.stage {
            self.reset();
        }
        while let Stage::Start(empty_lines) = self.stage {
            if !self.start_line(bytes, empty_lines, limits)? {
                return Ok(None);
            }
        }
        self.field_lines(bytes, limits)
    }

    fn reset(&mut self) {
        self.stage = Stage::Start(0);
        self.lines = LineScanner::default();
        self.fields.clear();
        self.steering = Steering::default();
    }

    /// Takes one line before the fields; false if it is not there yet.
    fn start_line(
        &mut self,
        bytes: &[u8],
        empty_lines: u8,
        limits: &Limits,
    ) -> Result<bool, Refusal> {
        let limit = self.lines.start() + limits.request_line.min(Limits::MOST) + 2;
        let too_long = Refusal::RequestLineTooLong;
        let Some(line) = self.lines.next(bytes, limit, too_long)? else {
            return Ok(false);
        };
        if line.is_empty() {
            if empty_lines == limits.empty_lines {
                return Err(Refusal::EmptyLines);
            }
            self.stage = Stage::Start(empty_lines + 1);
            return Ok(true);
        }
        self.request_line(&bytes[line.clone()], line.start)?;
        self.fields_start = self.lines.start();
        self.stage = Stage::Fields;
        Ok(true)
    }

    fn request_line(&mut self, line: &[u8], at: usize) -> Result<(), Refusal> {
        if line == b"PRI * HTTP/2.0" {
            return Err(Refusal::Http2);
        }
        let method = line.iter().position(|&byte| byte == b' ');
        let (method, rest) = line.split_at(method.ok_or(Refusal::RequestLine)?);
        let rest = &rest[1..];
        // What ends the part that may be a target is, in a sound line, the space behind it.
        let sound = Target::sound_part(rest);
        let target = rest[sound..].iter().position(|&byte| byte == b' ');
        let target = sound + target.ok_or(Refusal::RequestLine)?;
        self.method = Method::from_bytes(method).ok_or(Refusal::RequestLine)?;
        self.version = Version::parse(&rest[target + 1..], Refusal::RequestLine)?;
        if sound < target {
            return Err(Refusal::Target);
        }
        Target::split(self.method, &rest[..target])?;
        self.method_name = Span::from(at..at + method.len());
        let at = at + method.len() + 1;
        self.target = Span::from(at..at + target);
        Ok(())
    }

    fn field_lines(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        let limit = self.fields_start + limits.head.min(Limits::MOST);
        while let Some(line) = self.lines.next(bytes, limit, Refusal::HeadTooLarge)? {
            if line.is_empty() {
                self.steering.check_framing(self.version)?;
                self.steering.check_request(self.version)?;
                self.stage = Stage::Done;
                return Ok(Some(self.lines.start()));
            }
            if self.fields.len() == limits.fields {
                return Err(Refusal::TooManyFields);
            }
            let field = FieldSpan::parse(bytes, line)?;
            self.steering.see(field.name(bytes), field.value(bytes))?;
            self.fields.push(field);
        }
        Ok(None)
    }
}

impl Default for RequestHead {
    fn default() -> Self {
        RequestHead::new()
    }
}

/// A request's head together with its bytes.
#[derive(Clone, Copy, Debug)]
pub struct RequestRef<'a> {
    head: &'a RequestHead,
    bytes: &'a [u8],
}

impl<'a> RequestRef<'a> {
    /// What was read of it: method, version, framing.
    pub fn head(&self) -> &'a RequestHead {
        self.head
    }

    /// The method as it was sent.
    pub fn method_name(&self) -> &'a [u8] {
        self.head.method_name.of(self.bytes)
    }

    /// The target as it was sent.
    pub fn target(&self) -> &'a [u8] {
        self.head.target.of(self.bytes)
    }

    /// The target, taken apart.
    pub fn target_parts(&self) -> Target<'a> {
        Target::split(self.head.method, self.target()).expect("the target was read before")
    }

    /// For which host it is: the target's if it has one, else the Host field's (RFC 9112 §3.3).
    pub fn host(&self) -> Option<&'a [u8]> {
        let field = || {
            let mut fields = self.head.fields.iter().map(|field| field.of(self.bytes));
            fields.find(|(name, _)| name.eq_ignore_ascii_case(b"host"))
        };
        let authority = self.target_parts().authority();
        authority.or_else(|| field().map(|(_, value)| value))
    }
}

impl Fields for RequestRef<'_> {
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head.fields.iter().map(|field| field.of(self.bytes))
    }
}
