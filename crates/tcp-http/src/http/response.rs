//! A response's head, in the buffer that it arrived in.

use super::fields::{FieldSpan, Fields, Span};
use super::line::LineScanner;
use super::steering::{Steering, Transfer};
use super::{Framing, Limits, Method, Refusal, Status, Version};

/// Reads response heads, one after the other, and says what was in the last.
///
/// It works as [`RequestHead`](super::RequestHead) does, and refuses the same things. Interim
/// responses (1xx) are responses like others here: who gets one reads on.
#[derive(Clone, Debug)]
pub struct ResponseHead {
    stage: Stage,
    lines: LineScanner,
    version: Version,
    status: Status,
    reason: Span,
    /// Where the fields begin.
    fields_start: usize,
    fields: Vec<FieldSpan>,
    steering: Steering,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Start,
    Fields,
    /// A message is there, or was refused; the next call begins another.
    Done,
}

impl ResponseHead {
    /// A reader that has seen nothing.
    pub fn new() -> Self {
        ResponseHead {
            stage: Stage::Start,
            lines: LineScanner::default(),
            version: Version::Http11,
            status: Status::OK,
            reason: Span::default(),
            fields_start: 0,
            fields: Vec::new(),
            steering: Steering::default(),
        }
    }

    /// Looks for a head at the start of `bytes`: how long it is when it is whole, `None` when more has
    /// to come. See [`RequestHead::parse`](super::RequestHead::parse).
    pub fn parse(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        let result = self.advance(bytes, limits);
        if result.is_err() {
            self.stage = Stage::Done;
        }
        result
    }

    /// The status.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The version; a later 1.x is 1.1.
    pub fn version(&self) -> Version {
        self.version
    }

    /// Where the body ends, if this is the answer to `method` (RFC 9112 §6.3). To HEAD the fields say
    /// what GET would have got, and there is no body.
    pub fn framing(&self, method: Method) -> Framing {
        if method == Method::Head || self.status.is_bodiless() {
            return Framing::None;
        }
        match (self.steering.transfer, self.steering.length) {
            (Transfer::Absent, Some(0)) => Framing::None,
            (Transfer::Absent, Some(length)) => Framing::Length(length),
            (Transfer::Absent, None) => Framing::UntilClose,
            _ => Framing::Chunked,
        }
    }

    /// Whether another request may be sent on this connection after the answer to `method`.
    pub fn keep_alive(&self, method: Method) -> bool {
        self.steering.keeps(self.version) && self.framing(method) != Framing::UntilClose
    }

    /// What Content-Length says, which for HEAD and 304 is not the length of a body.
    pub fn content_length(&self) -> Option<u64> {
        self.steering.length
    }

    /// The response itself: `bytes` are those in which it was found. With others its methods return
    /// what is there, or panic.
    pub fn of<'a>(&'a self, bytes: &'a [u8]) -> ResponseRef<'a> {
        ResponseRef { head: self, bytes }
    }

    /// Where the fields begin.
    pub(crate) fn fields_start(&self) -> usize {
        self.fields_start
    }

    fn advance(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        if let Stage::Done = self.stage {
            self.reset();
        }
        if let Stage::Start = self.stage {
            let limit = limits.request_line.min(Limits::MOST) + 2;
            let Some(line) = self.lines.next(bytes, limit, Refusal::RequestLineTooLong)? else {
                return Ok(None);
            };
            self.status_line(&bytes[line])?;
            self.fields_start = self.lines.start();
            self.stage = Stage::Fields;
        }
        self.field_lines(bytes, limits)
    }

    fn reset(&mut self) {
        self.stage = Stage::Start;
        self.lines = LineScanner::default();
        self.fields.clear();
        self.steering = Steering::default();
    }

    /// `version SP status SP reason`. Servers that leave out an empty reason leave out the space
    /// before it too, and nothing hangs on it.
    fn status_line(&mut self, line: &[u8]) -> Result<(), Refusal> {
        let (version, rest) = line.split_at_checked(9).ok_or(Refusal::StatusLine)?;
        let version = version.strip_suffix(b" ").ok_or(Refusal::StatusLine)?;
        self.version = Version::parse(version, Refusal::StatusLine)?;
        let (code, reason) = rest.split_at_checked(3).ok_or(Refusal::StatusLine)?;
        let code = super::syntax::decimal(code).ok_or(Refusal::StatusLine)?;
        self.status = Status::new(code as u16).ok_or(Refusal::StatusLine)?;
        if !matches!(reason, [] | [b' ', ..]) {
            return Err(Refusal::StatusLine);
        }
        self.reason = Span::from(line.len().min(13)..line.len());
        Ok(())
    }

    fn field_lines(&mut self, bytes: &[u8], limits: &Limits) -> Result<Option<usize>, Refusal> {
        let limit = self.fields_start + limits.head.min(Limits::MOST);
        while let Some(line) = self.lines.next(bytes, limit, Refusal::HeadTooLarge)? {
            if line.is_empty() {
                self.steering.check_framing(self.version)?;
                self.stage = Stage::Done;
                return Ok(Some(self.lines.start()));
            }
            if self.fields.len() == limits.fields {
                return Err(Refusal::TooManyFields);
            }
            let field = FieldSpan::parse(bytes, line)?;
            self.steering
                .see_in_response(field.name(bytes), field.value(bytes))?;
            self.fields.push(field);
        }
        Ok(None)
    }
}

impl Default for ResponseHead {
    fn default() -> Self {
        ResponseHead::new()
    }
}

/// A response's head together with its bytes.
#[derive(Clone, Copy, Debug)]
pub struct ResponseRef<'a> {
    head: &'a ResponseHead,
    bytes: &'a [u8],
}

impl<'a> ResponseRef<'a> {
    /// What was read of it: status, version, framing.
    pub fn head(&self) -> &'a ResponseHead {
        self.head
    }

    /// The words behind the status.
    pub fn reason(&self) -> &'a [u8] {
        self.head.reason.of(self.bytes)
    }
}

impl Fields for ResponseRef<'_> {
    fn lines(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head.fields.iter().map(|field| field.of(self.bytes))
    }
}
