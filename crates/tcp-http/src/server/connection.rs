//! One connection, from the first byte to the last, without a thread and without a clock of its own.
//!
//! An engine owns the socket and knows when it is ready; everything else about a connection is here, so
//! that three engines cannot differ in it. [`run`](Connection::run) goes as far as the socket lets it and
//! says what it wants next. It works in a [`Workspace`], which belongs to a thread and is lent to one
//! connection after the other: a connection that waits keeps only what it cannot do without, and an
//! idle one keeps nothing.
//!
//! ```text
//!         ┌──────────── next request ────────────┐
//!         ▼                                      │
//!       Head ──► Collect (body for the service) ─┤
//!         ├────► Echo    (body comes back)  ─────┤
//!         └────► Drain   (body nobody needs)  ───┘
//!   any of them ──► Closed ──► Lingering ──► end
//! ```
//!
//! Who closes a socket in which bytes of the peer are unread resets the connection, and the reset can
//! overtake the answer. So after an answer that did not wait for the whole request, the writing half is
//! closed and what still comes is read and dropped, for a while.

use std::io;
use std::mem;
use std::net::SocketAddr;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use nix::sys::socket::{Shutdown, shutdown};

use super::exchange::{Collect, Echo};
use super::log::Record;
use super::output::Output;
use super::{Context, transport};
use crate::http::{BodyDecoder, Buffer, DateCache, HttpDate, Refusal, RequestHead};

/// How much is read at once.
const ROOM: usize = 64 << 10;

/// How many system calls a connection gets before others have their turn.
const BUDGET: usize = 16;

/// Who moves fewer bytes in [`Timeouts::progress`](super::Timeouts::progress) is as good as silent.
const LEAST_PROGRESS: u64 = 1 << 10;

/// How long a closed connection is read, so that the peer gets its answer.
const LINGER: Duration = Duration::from_secs(2);

pub(super) struct Connection {
    pub(super) peer: SocketAddr,
    pub(super) state: State,
    pub(super) output: Output,
    pub(super) record: Option<Box<Record>>,
    /// What was received and could not be used yet.
    leftover: Vec<u8>,
    /// How far the head in `leftover` was read.
    partial: Option<Box<RequestHead>>,
    /// The peer sends no more.
    has_ended: bool,
    /// Since the last look at the clock, a request was answered.
    pub(super) has_turned: bool,
    /// No request was answered yet.
    is_new: bool,
    phase: Phase,
    deadline: Instant,
    /// Bytes received and sent since the deadline was set.
    moved: u64,
    /// The last call at the socket got or took less than there was room for.
    is_blocked: bool,
}

pub(super) enum State {
    /// Before a request, or within its head.
    Head,
    Collect(Box<Collect>),
    Echo(Box<Echo>),
    Drain(Box<BodyDecoder>),
    /// No more requests; once all is sent, the end, or lingering first.
    Closed {
        lingers: bool,
    },
    Lingering,
    /// The answer broke off, and the peer is to see that.
    Broken,
}

/// What a connection is doing, which decides how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Idle,
    Head,
    Body,
    Write,
    Linger,
}

/// What to do next with the socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wants {
    /// Wait until it is readable.
    Input,
    /// Wait until it is writable.
    Room,
    /// Close it.
    End,
}

/// What a thread lends to the connection that it works for.
pub(super) struct Workspace {
    pub(super) input: Buffer,
    pub(super) head: RequestHead,
    spare: Vec<u8>,
    pub(super) date: DateCache,
    /// The time of the current round: read once for all that is ready in it.
    pub(super) now: Instant,
    date_checked: Instant,
    /// Where reading waits: cleared when it has ended, before anything is done with what was read. It is
    /// later then.
    waiting: Option<Arc<AtomicBool>>,
}

impl Workspace {
    /// For sockets that never wait.
    pub(super) fn new() -> Self {
        let now = Instant::now();
        Workspace {
            input: Buffer::new(),
            head: RequestHead::new(),
            spare: Vec::new(),
            date: DateCache::new(SystemTime::now()),
            now,
            date_checked: now,
            waiting: None,
        }
    }

    /// For a socket whose reads wait, as `waiting` says to others.
    pub(super) fn for_waiting(waiting: Arc<AtomicBool>) -> Self {
        Workspace {
            waiting: Some(waiting),
            ..Workspace::new()
        }
    }

    /// Looks at the clock.
    pub(super) fn tick(&mut self) {
        self.now = Instant::now();
        if self.now - self.date_checked > Duration::from_millis(100) {
            self.date_checked = self.now;
            self.date.at(HttpDate::from(SystemTime::now()));
        }
    }
}

impl Connection {
    pub(super) fn new(peer: SocketAddr, context: &Context, now: Instant) -> Self {
        let patience = context.timeouts.header.min(context.timeouts.idle);
        Connection {
            peer,
            state: State::Head,
            output: Output::default(),
            record: None,
            leftover: Vec::new(),
            partial: None,
            has_ended: false,
            has_turned: false,
            is_new: true,
            phase: Phase::Idle,
            deadline: now + patience,
            moved: 0,
            is_blocked: false,
        }
    }

    /// Whether the socket has nothing more to read, or no more room, for what
    /// [`run`](Connection::run) wants. That the peer has closed is news of its own.
    pub(super) fn is_blocked(&self) -> bool {
        self.is_blocked
    }

    /// When [`expire`](Connection::expire) is to be called.
    pub(super) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether it waits for another request of which nothing has come. Who was accepted a moment ago has
    /// its first request under way, most likely: a server that stops must not turn it away.
    pub(super) fn is_idle(&self) -> bool {
        self.phase == Phase::Idle && !self.is_new
    }

    /// Goes as far as the socket lets it: reads once if it is `is_readable`, answers, and sends.
    pub(super) fn run(
        &mut self,
        socket: BorrowedFd<'_>,
        work: &mut Workspace,
        context: &Context,
        is_readable: bool,
    ) -> Wants {
        self.attach(work);
        let wants = self.go(socket, work, context, is_readable);
        let wants = wants.unwrap_or(Wants::End);
        if wants == Wants::End {
            self.finish_record(context);
        }
        self.detach(work);
        self.settle(wants, work.now, context);
        wants
    }

    /// The deadline has passed. Afterwards either [`run`](Connection::run) sends what there is to say,
    /// or it is the end.
    pub(super) fn expire(&mut self, work: &mut Workspace, context: &Context) -> Wants {
        let may_go_on = matches!(self.phase, Phase::Body | Phase::Write);
        if may_go_on && self.moved >= LEAST_PROGRESS {
            self.moved = 0;
            self.deadline = work.now + context.timeouts.progress;
            return Wants::Room;
        }
        let is_waited_for = matches!(self.phase, Phase::Head | Phase::Body);
        if is_waited_for && self.is_unanswered() {
            self.attach(work);
            self.time_out(work, context);
            self.detach(work);
            return Wants::Room;
        }
        self.finish_record(context);
        Wants::End
    }

    fn go(
        &mut self,
        socket: BorrowedFd<'_>,
        work: &mut Workspace,
        context: &Context,
        is_readable: bool,
    ) -> io::Result<Wants> {
        if is_readable && !self.has_ended {
            self.receive(socket, work)?;
        }
        if let Some(waiting) = &work.waiting {
            waiting.store(false, Ordering::SeqCst);
            work.tick();
        }
        for _ in 0..BUDGET {
            self.advance(work, context);
            if let State::Broken = self.state {
                return Ok(Wants::End);
            }
            if self.output.is_empty() {
                return self.when_sent(socket, context);
            }
            match self.output.send(socket) {
                Ok(count) => self.moved += count as u64,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.is_blocked = true;
                    return Ok(Wants::Room);
                }
                Err(error) => return Err(error),
            }
        }
        self.is_blocked = false;
        Ok(Wants::Room)
    }

    fn receive(&mut self, socket: BorrowedFd<'_>, work: &mut Workspace) -> io::Result<()> {
        let room = work.input.room(ROOM);
        let size = room.len();
        match transport::receive(socket, room) {
            Ok(0) => self.has_ended = true,
            Ok(count) => {
                self.is_blocked = count < size;
                work.input.filled(count);
                self.moved += count as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.is_blocked = true,
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Uses up the input, until there is enough to send or more has to come.
    fn advance(&mut self, work: &mut Workspace, context: &Context) {
        while !self.output.is_full() {
            let outcome = match &self.state {
                State::Head => self.take_head(work, context),
                State::Collect(_) => self.collect(work, context),
                State::Echo(_) => self.echo(work),
                State::Drain(_) => self.drain(work),
                State::Closed { .. } | State::Lingering | State::Broken => return,
            };
            match outcome {
                Ok(true) => {}
                Ok(false) if self.has_ended => return self.end(work, context),
                Ok(false) => return,
                Err(refusal) => return self.refuse(refusal, work, context),
            }
        }
    }

    /// The peer sends no more, and what it sent is used up.
    fn end(&mut self, work: &mut Workspace, context: &Context) {
        let is_between = matches!(self.state, State::Head)
            && (work.input.unread().is_empty() || !work.head.is_partial(work.input.unread()));
        if is_between {
            self.state = State::Closed { lingers: false };
        } else {
            self.refuse(Refusal::Cut, work, context);
        }
    }

    fn when_sent(&mut self, socket: BorrowedFd<'_>, context: &Context) -> io::Result<Wants> {
        // While a body is awaited, its request is not over.
        if !matches!(self.state, State::Collect(_) | State::Echo(_)) {
            self.finish_record(context);
        }
        if let State::Closed { lingers: true } = self.state {
            shutdown(socket.as_raw_fd(), Shutdown::Write)?;
            self.state = State::Lingering;
        }
        match self.state {
            State::Closed { .. } | State::Broken => Ok(Wants::End),
            _ if self.has_ended => Ok(Wants::End),
            _ => Ok(Wants::Input),
        }
    }

    /// Takes what is the connection's into the workspace.
    fn attach(&mut self, work: &mut Workspace) {
        if !self.leftover.is_empty() {
            let count = self.leftover.len();
            work.input.room(count)[..count].copy_from_slice(&self.leftover);
            work.input.filled(count);
            self.leftover = Vec::new();
        }
        if let Some(partial) = self.partial.take() {
            work.head = *partial;
        }
        if self.output.is_empty() {
            mem::swap(&mut self.output.buffer, &mut work.spare);
        }
    }

    /// The inverse: nothing of this connection stays in the workspace.
    fn detach(&mut self, work: &mut Workspace) {
        let unread = work.input.unread();
        if !unread.is_empty() {
            let is_needed = !matches!(self.state, State::Closed { .. } | State::Lingering);
            if is_needed {
                self.leftover = unread.to_vec();
            }
            if let State::Head = self.state {
                self.partial = Some(Box::new(mem::take(&mut work.head)));
            }
            work.input.consume(unread.len());
        }
        if self.output.is_empty() {
            self.output.trim();
            mem::swap(&mut self.output.buffer, &mut work.spare);
        }
    }

    /// Sets the deadline when something else has begun to be waited for.
    fn settle(&mut self, wants: Wants, now: Instant, context: &Context) {
        let phase = self.current_phase(wants);
        if phase == self.phase && !self.has_turned {
            return;
        }
        self.is_new &= !self.has_turned;
        self.phase = phase;
        self.has_turned = false;
        self.moved = 0;
        self.deadline = now
            + match phase {
                Phase::Idle => context.timeouts.idle,
                Phase::Head => context.timeouts.header,
                Phase::Body | Phase::Write => context.timeouts.progress,
                Phase::Linger => LINGER,
            };
    }

    fn current_phase(&self, wants: Wants) -> Phase {
        match self.state {
            _ if wants == Wants::Room => Phase::Write,
            State::Head if self.leftover.is_empty() => Phase::Idle,
            State::Head => Phase::Head,
            State::Collect(_) | State::Echo(_) | State::Drain(_) => Phase::Body,
            State::Closed { .. } | State::Lingering | State::Broken => Phase::Linger,
        }
    }
}
