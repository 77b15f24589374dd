//! A request and its answer.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::connection::{Connection, State, Workspace};
use super::log::Record;
use super::response::Body;
use super::{Context, Request, Response};
use crate::http::{
    BodyDecoder, CONTINUE, DateCache, Framing, HeadWriter, LAST_CHUNK, Limits, Method, Refusal,
    RequestHead, Status, Version, write_chunk,
};

/// A body that nobody needs is read if it is not longer than this: cheaper than a new connection.
const DRAINED: u64 = 64 << 10;

/// What the answer has to know of its request.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    method: Method,
    version: Version,
    keeps: bool,
}

/// A body on its way into memory.
pub(super) struct Collect {
    head: RequestHead,
    head_bytes: Vec<u8>,
    decoder: BodyDecoder,
    body: Vec<u8>,
}

/// A body on its way back.
pub(super) struct Echo {
    manner: Manner,
    decoder: BodyDecoder,
    /// Until the first bytes of the body: up to then the answer can still be another.
    response: Option<Response>,
    length: Option<u64>,
}

impl Connection {
    /// Answers the next request; false if it is not there yet.
    pub(super) fn take_head(
        &mut self,
        work: &mut Workspace,
        context: &Context,
    ) -> Result<bool, Refusal> {
        let unread = work.input.unread();
        if unread.is_empty() {
            return Ok(false);
        }
        let Some(length) = work.head.parse(unread, &context.limits)? else {
            return Ok(false);
        };
        self.finish_record(context);
        let request = Request {
            head: work.head.of(&unread[..length]),
            body: b"",
            peer: self.peer,
        };
        if context.log.is_some() {
            self.record = Some(Box::new(Record::of(&request)));
        }
        let is_whole = work.head.framing() == Framing::None;
        let mut response = guard(|| match context.service.answer_early(&request) {
            None if is_whole => Some(context.service.answer(&request)),
            early => early,
        });
        match &mut response {
            Some(response) => self.respond_early(response, work, context)?,
            None => self.begin_collecting(&unread[..length], &work.head, context)?,
        }
        work.input.consume(length);
        self.has_turned = true;
        Ok(true)
    }

    /// Takes more of the body that the service is to see.
    pub(super) fn collect(
        &mut self,
        work: &mut Workspace,
        context: &Context,
    ) -> Result<bool, Refusal> {
        let State::Collect(collect) = &mut self.state else {
            return Ok(false);
        };
        let piece = collect.decoder.decode(work.input.unread())?;
        collect.body.extend_from_slice(piece.data);
        let taken = piece.taken;
        work.input.consume(taken);
        if !collect.decoder.is_done() {
            return Ok(taken > 0);
        }
        let State::Collect(collect) = mem::replace(&mut self.state, State::Head) else {
            return Ok(false);
        };
        let request = Request {
            head: collect.head.of(&collect.head_bytes),
            body: &collect.body,
            peer: self.peer,
        };
        let response = guard(|| Some(context.service.answer(&request)));
        let mut response = response.expect("a service answers");
        let manner = Manner::of(&collect.head, &response, context);
        if let Body::Echo = response.body {
            response.body = Body::Bytes(collect.body);
        }
        self.respond(&mut response, manner, &work.date);
        self.has_turned = true;
        Ok(true)
    }

    /// Sends back more of the body.
    pub(super) fn echo(&mut self, work: &mut Workspace) -> Result<bool, Refusal> {
        let State::Echo(echo) = &mut self.state else {
            return Ok(false);
        };
        let piece = echo.decoder.decode(work.input.unread())?;
        let is_done = echo.decoder.is_done();
        let out = &mut self.output.buffer;
        if (is_done || !piece.data.is_empty())
            && let Some(response) = echo.response.take()
        {
            write_head(out, &response, echo.length, echo.manner, &work.date);
        }
        match echo.length {
            Some(_) => out.extend_from_slice(piece.data),
            None => write_chunk(out, piece.data),
        }
        if is_done && echo.length.is_none() {
            out.extend_from_slice(LAST_CHUNK);
        }
        if let Some(record) = &mut self.record {
            record.bytes += piece.data.len() as u64;
        }
        let taken = piece.taken;
        work.input.consume(taken);
        if is_done {
            self.state = echo.manner.next(!work.input.unread().is_empty());
            self.has_turned = true;
        }
        Ok(is_done || taken > 0)
    }

    /// Drops more of a body that nobody needs.
    pub(super) fn drain(&mut self, work: &mut Workspace) -> Result<bool, Refusal> {
        let State::Drain(decoder) = &mut self.state else {
            return Ok(false);
        };
        let taken = decoder.decode(work.input.unread())?.taken;
        work.input.consume(taken);
        let is_done = decoder.is_done();
        if is_done {
            self.state = State::Head;
        }
        Ok(is_done || taken > 0)
    }

    /// Answers a message that cannot be understood, and closes.
    pub(super) fn refuse(&mut self, refusal: Refusal, work: &mut Workspace, context: &Context) {
        let text = format!("{}: {refusal}\n", refusal.status());
        let response = Response::new(refusal.status());
        let response = response.with_body("text/plain; charset=utf-8", text);
        self.give_up(response, work, context);
    }

    /// Answers a message that came too slowly, and closes.
    pub(super) fn time_out(&mut self, work: &mut Workspace, context: &Context) {
        self.give_up(Response::plain(Status::REQUEST_TIMEOUT), work, context);
    }

    /// Whether there can still be another answer to what is being received.
    pub(super) fn is_unanswered(&self) -> bool {
        match &self.state {
            State::Head | State::Collect(_) => true,
            State::Echo(echo) => echo.response.is_some(),
            _ => false,
        }
    }

    /// Writes the line of the request that is over.
    pub(super) fn finish_record(&mut self, context: &Context) {
        if let Some(log) = &context.log
            && let Some(record) = self.record.take()
        {
            log.write(*record, self.output.pending());
        }
    }

    fn give_up(&mut self, mut response: Response, work: &mut Workspace, context: &Context) {
        if !self.is_unanswered() {
            // The answer to this request has been given already. A drained body's was whole.
            let was_whole = matches!(self.state, State::Drain(_));
            self.state = match was_whole {
                true => State::Closed { lingers: true },
                false => State::Broken,
            };
            return;
        }
        if let State::Head = self.state {
            self.finish_record(context);
            self.record = context
                .log
                .is_some()
                .then(|| Box::new(Record::unreadable(self.peer)));
        }
        let manner = Manner {
            method: Method::Get,
            version: Version::Http11,
            keeps: false,
        };
        self.respond(&mut response, manner, &work.date);
        self.state = State::Closed { lingers: true };
    }

    /// Answers before the body was read.
    ///
    /// From here on the response is lent and not moved: it is a hundred bytes, and a copy of them so
    /// soon has to wait until the many small writes that made them have left the processor's queue.
    fn respond_early(
        &mut self,
        response: &mut Response,
        work: &Workspace,
        context: &Context,
    ) -> Result<(), Refusal> {
        let head = &work.head;
        let mut manner = Manner::of(head, response, context);
        if head.framing() == Framing::None {
            self.respond(response, manner, &work.date);
            return Ok(());
        }
        let decoder = BodyDecoder::new(head.framing(), &context.limits)?;
        if let Body::Echo = response.body {
            let response = mem::replace(response, Response::new(Status::OK));
            self.begin_echo(response, manner, decoder, head);
            return Ok(());
        }
        let is_long = decoder.remaining().is_some_and(|length| length > DRAINED);
        // Whoever waits for "100 Continue" and gets an answer may send the body or not.
        manner.keeps &= !is_long && !head.expects_continue();
        self.respond(response, manner, &work.date);
        self.state = match manner.keeps {
            true => State::Drain(Box::new(BodyDecoder::new(head.framing(), &drained())?)),
            false => State::Closed { lingers: true },
        };
        Ok(())
    }

    fn begin_echo(
        &mut self,
        response: Response,
        manner: Manner,
        decoder: BodyDecoder,
        head: &RequestHead,
    ) {
        if head.expects_continue() {
            self.output.buffer.extend_from_slice(CONTINUE);
        }
        if let Some(record) = &mut self.record {
            record.status = response.status;
        }
        self.state = State::Echo(Box::new(Echo {
            manner,
            length: decoder.remaining(),
            decoder,
            response: Some(response),
        }));
    }

    fn begin_collecting(
        &mut self,
        head_bytes: &[u8],
        head: &RequestHead,
        context: &Context,
    ) -> Result<(), Refusal> {
        let decoder = BodyDecoder::new(head.framing(), &context.collect_limits)?;
        if head.expects_continue() {
            self.output.buffer.extend_from_slice(CONTINUE);
        }
        self.state = State::Collect(Box::new(Collect {
            head: head.clone(),
            head_bytes: head_bytes.to_vec(),
            decoder,
            body: Vec::new(),
        }));
        Ok(())
    }

    fn respond(&mut self, response: &mut Response, manner: Manner, date: &DateCache) {
        // An echo that is asked for when there is no body is an empty one.
        let length = response.body.length().unwrap_or(0);
        let has_body = manner.method != Method::Head && !response.status.is_bodiless();
        if let Some(record) = &mut self.record {
            record.status = response.status;
            record.bytes = if has_body { length } else { 0 };
        }
        let out = &mut self.output.buffer;
        write_head(out, response, Some(length), manner, date);
        if has_body {
            self.output.push_body(&mut response.body);
        }
        self.state = manner.next(false);
    }
}

impl Manner {
    fn of(head: &RequestHead, response: &Response, context: &Context) -> Self {
        Manner {
            method: head.method(),
            version: head.version(),
            keeps: head.keep_alive() && !response.closes && !context.stop.is_stopping(),
        }
    }

    /// What comes after the answer.
    fn next(self, lingers: bool) -> State {
        if self.keeps {
            State::Head
        } else {
            State::Closed { lingers }
        }
    }
}

/// Runs the service. What it has broken in its panic is its own: we look at none of it again.
fn guard(answer: impl FnOnce() -> Option<Response>) -> Option<Response> {
    catch_unwind(AssertUnwindSafe(answer))
        .unwrap_or_else(|_| Some(Response::plain(Status::INTERNAL_SERVER_ERROR).closing()))
}

fn drained() -> Limits {
    Limits {
        body: DRAINED,
        ..Limits::default()
    }
}

/// Chunked if the body has no `length`.
fn write_head(
    out: &mut Vec<u8>,
    response: &Response,
    length: Option<u64>,
    manner: Manner,
    date: &DateCache,
) {
    let mut head = HeadWriter::response(out, response.status).date(date.text());
    head = match length {
        _ if response.status.is_bodiless() => head,
        Some(length) => head.content_length(length),
        None => head.chunked(),
    };
    if let Some(content_type) = response.content_type {
        head = head.field("Content-Type", content_type);
    }
    if let Some(lines) = &response.prepared {
        head = head.prepared(lines);
    }
    head.prepared(&response.fields)
        .connection(manner.keeps, manner.version)
        .finish();
}
