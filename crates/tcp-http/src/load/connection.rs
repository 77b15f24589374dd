//! One connection of a load: requests out, answers in, nothing waited for.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use nix::errno::Errno;
use socket2::{Domain, Protocol, Socket, Type};

use crate::http::{BodyDecoder, Buffer, Limits, Method, Refusal, ResponseHead, Status};

/// How much is read at once.
const ROOM: usize = 16 * 1024;

/// A connection that never blocks, driven by the events of a poller in edge mode: whoever is told that it
/// is ready has to go on until it is not.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    state: State,
    opened: Instant,
    /// Requests that the kernel has not taken yet.
    outgoing: Vec<u8>,
    written: usize,
    /// Requests without an answer, the oldest first.
    under_way: VecDeque<UnderWay>,
    incoming: Buffer,
    head: ResponseHead,
    /// The answer whose body is coming.
    answer: Option<Incoming>,
    has_answered: bool,
    method: Method,
    limits: Limits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Connecting,
    Open,
    /// The server closes after this answer.
    Last,
}

#[derive(Clone, Copy, Debug)]
struct UnderWay {
    /// What its latency counts from.
    due: Instant,
    /// What its timeout counts from.
    sent: Instant,
}

#[derive(Debug)]
struct Incoming {
    status: Status,
    keep: bool,
    body: BodyDecoder,
}

/// One whole answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) due: Instant,
    pub(crate) status: Status,
}

/// Why a connection is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Refused,
    /// Any other failure of the network.
    Broken,
    /// The server closed it. With a request under way that is an error.
    Closed,
    /// What came is not HTTP.
    Malformed,
    Timeout,
}

impl Connection {
    /// Begins to connect.
    pub(crate) fn open(address: SocketAddr, method: Method, now: Instant) -> Result<Self, End> {
        Ok(Connection {
            stream: connect(address).map_err(|error| end_of(&error))?,
            state: State::Connecting,
            opened: now,
            outgoing: Vec::new(),
            written: 0,
            under_way: VecDeque::new(),
            incoming: Buffer::new(),
            head: ResponseHead::new(),
            answer: None,
            has_answered: false,
            method,
            limits: Limits {
                body: u64::MAX,
                ..Limits::default()
            },
        })
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// How many requests wait for their answer.
    pub(crate) fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Whether an answer ever came to its end.
    pub(crate) fn has_answered(&self) -> bool {
        self.has_answered
    }

    /// Whether a request may be sent when `pipeline` are allowed under way.
    pub(crate) fn has_room(&self, pipeline: usize) -> bool {
        self.state == State::Open && self.under_way.len() < pipeline
    }

    /// When the oldest request was sent, or when connecting began.
    pub(crate) fn waits_since(&self) -> Option<Instant> {
        match self.state {
            State::Connecting => Some(self.opened),
            _ => self.under_way.front().map(|oldest| oldest.sent),
        }
    }

    /// Puts a request behind the others; [`flush`](Connection::flush) sends them.
    pub(crate) fn push(&mut self, request: &[u8], due: Instant, now: Instant) {
        self.outgoing.extend_from_slice(request);
        self.under_way.push_back(UnderWay { due, sent: now });
    }

    /// Goes as far as the socket lets it, and hands out the answers; how many bytes came.
    pub(crate) fn drive(&mut self, mut answered: impl FnMut(Answered)) -> (u64, Result<(), End>) {
        let mut bytes = 0;
        let outcome = self.open_up().and_then(|is_open| {
            if is_open {
                self.flush()?;
                self.receive(&mut bytes, &mut answered)?;
            }
            Ok(())
        });
        (bytes, outcome)
    }

    /// Writes what can be written.
    pub(crate) fn flush(&mut self) -> Result<(), End> {
        while self.written < self.outgoing.len() {
            match self.stream.write(&self.outgoing[self.written..]) {
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(end_of(&error)),
            }
        }
        self.outgoing.clear();
        self.written = 0;
        Ok(())
    }

    /// Whether connecting has succeeded.
    fn open_up(&mut self) -> Result<bool, End> {
        if self.state == State::Connecting {
            if let Some(error) = self.stream.take_error().map_err(|error| end_of(&error))? {
                return Err(end_of(&error));
            }
            match self.stream.peer_addr() {
                Ok(_) => self.state = State::Open,
                Err(error) if error.kind() == io::ErrorKind::NotConnected => return Ok(false),
                Err(error) => return Err(end_of(&error)),
            }
        }
        Ok(true)
    }

    fn receive(&mut self, bytes: &mut u64, answered: &mut impl FnMut(Answered)) -> Result<(), End> {
        loop {
            match self.stream.read(self.incoming.room(ROOM)) {
                Ok(0) => return self.end(answered),
                Ok(count) => {
                    *bytes += count as u64;
                    self.incoming.filled(count);
                    self.read_answers(answered)?;
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(end_of(&error)),
            }
        }
    }

    fn read_answers(&mut self, answered: &mut impl FnMut(Answered)) -> Result<(), End> {
        while self.read_answer(answered).map_err(|_| End::Malformed)? {
            if self.state == State::Last {
                return Err(End::Closed);
            }
        }
        // Nobody asked for more.
        if self.under_way.is_empty() && !self.incoming.unread().is_empty() {
            return Err(End::Malformed);
        }
        Ok(())
    }

    /// Whether an answer came to its end.
    fn read_answer(&mut self, answered: &mut impl FnMut(Answered)) -> Result<bool, Refusal> {
        if self.under_way.is_empty() || !self.read_head()? {
            return Ok(false);
        }
        let Some(answer) = &mut self.answer else {
            return Ok(false);
        };
        while !answer.body.is_done() {
            let taken = answer.body.decode(self.incoming.unread())?.taken;
            self.incoming.consume(taken);
            if taken == 0 && !answer.body.is_done() {
                return Ok(false);
            }
        }
        self.finish(answered);
        Ok(true)
    }

    /// Whether the head of a final answer is there.
    fn read_head(&mut self) -> Result<bool, Refusal> {
        while self.answer.is_none() {
            let parsed = self.head.parse(self.incoming.unread(), &self.limits)?;
            let Some(length) = parsed else {
                return Ok(false);
            };
            self.incoming.consume(length);
            if !self.head.status().is_interim() {
                self.answer = Some(Incoming {
                    status: self.head.status(),
                    keep: self.head.keep_alive(self.method),
                    body: BodyDecoder::new(self.head.framing(self.method), &self.limits)?,
                });
            }
        }
        Ok(true)
    }

    fn finish(&mut self, answered: &mut impl FnMut(Answered)) {
        if let (Some(answer), Some(request)) = (self.answer.take(), self.under_way.pop_front()) {
            self.has_answered = true;
            if !answer.keep {
                self.state = State::Last;
            }
            answered(Answered {
                due: request.due,
                status: answer.status,
            });
        }
    }

    /// The server has closed, which may be the end of a body.
    fn end(&mut self, answered: &mut impl FnMut(Answered)) -> Result<(), End> {
        let ends_body = |answer: &mut Incoming| answer.body.end_of_input().is_ok();
        if self.answer.as_mut().is_some_and(ends_body) {
            self.finish(answered);
        }
        Err(End::Closed)
    }
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    socket.set_nonblocking(true)?;
    socket.set_tcp_nodelay(true)?;
    match socket.connect(&address.into()) {
        Err(error) if error.raw_os_error() != Some(Errno::EINPROGRESS as i32) => Err(error),
        _ => Ok(socket.into()),
    }
}

fn end_of(error: &io::Error) -> End {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => End::Refused,
        io::ErrorKind::TimedOut => End::Timeout,
        _ => End::Broken,
    }
}
