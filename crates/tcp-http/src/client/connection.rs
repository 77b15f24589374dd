//! One connection: bytes, and when to give up waiting for them.
//!
//! The socket never blocks; waiting is `poll`'s, which can wait for both directions at once. That is
//! needed for long requests: a server that answers while it reads (`/echo`) fills the pipe to us, and
//! if we do nothing but write, both wait for the other for ever.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::timeouts::{Deadline, Limit};
use super::{ClientError, Url, Wire};
use crate::http::Buffer;

/// How much is read at once.
const ROOM: usize = 16 * 1024;

/// How much of an answer is taken in while the request is still being sent, beyond the request's own
/// length: an answer is to be read by whoever asked, not piled up here.
const AHEAD: usize = 1 << 20;

/// A connection, and what came on it and was not read yet.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    received: Buffer,
    /// Whether anything has come since it was last idle.
    has_heard: bool,
    wire: Option<Arc<dyn Wire>>,
}

/// Not all of the bytes were taken by the kernel.
#[derive(Debug)]
pub(crate) struct SendFailure(pub(crate) io::Error);

impl SendFailure {
    /// Whether the peer is still there, and just does not take it.
    pub(crate) fn is_timeout(&self) -> bool {
        self.0.kind() == io::ErrorKind::TimedOut
    }
}

impl Connection {
    /// Tries one address after the other.
    pub(crate) fn open(
        url: &Url,
        deadline: &Deadline,
        wire: Option<Arc<dyn Wire>>,
    ) -> Result<Self, ClientError> {
        let limit = deadline.connect();
        let unreachable = |cause| ClientError::Unreachable {
            authority: authority(url),
            cause,
        };
        let mut outcome = Err(io::Error::from(io::ErrorKind::AddrNotAvailable));
        for address in resolve(url)? {
            outcome = connect(address, &limit);
            if outcome.is_ok() {
                break;
            }
        }
        let connection = Connection {
            stream: outcome.map_err(unreachable)?,
            received: Buffer::new(),
            has_heard: false,
            wire,
        };
        connection.note(&format!("connected to {}", authority(url)));
        Ok(connection)
    }

    /// Whether nothing has come since it became idle, neither bytes nor the end: either makes it
    /// useless. That it is quiet does not say that it is alive.
    pub(crate) fn is_quiet(&self) -> bool {
        let outcome = self.stream.peek(&mut [0]);
        matches!(outcome, Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }

    /// Tells whoever looks on.
    pub(crate) fn note(&self, text: &str) {
        if let Some(wire) = &self.wire {
            wire.note(text);
        }
    }

    /// Sends all of `bytes`, and takes in what comes meanwhile.
    pub(crate) fn send(&mut self, bytes: &[u8], deadline: &Deadline) -> Result<(), SendFailure> {
        let most = bytes.len() + AHEAD;
        let mut sent = 0;
        while sent < bytes.len() {
            let some = self.send_some(&bytes[sent..], most, deadline);
            sent += some.map_err(SendFailure)?;
        }
        Ok(())
    }

    /// Waits for more of what the peer sends; 0 is the end.
    pub(crate) fn fill(&mut self, deadline: &Deadline) -> io::Result<usize> {
        let limit = deadline.idle();
        loop {
            match self.read_some() {
                Err(error) if is_not_yet(&error) => {}
                outcome => return outcome,
            }
            self.wait(PollFlags::POLLIN, &limit)?;
        }
    }

    /// What came and was not consumed.
    pub(crate) fn unread(&self) -> &[u8] {
        self.received.unread()
    }

    /// Drops the first `count` bytes of it.
    pub(crate) fn consume(&mut self, count: usize) {
        self.received.consume(count);
    }

    /// Whether a byte of an answer has come, interim ones among them.
    pub(crate) fn has_heard(&self) -> bool {
        self.has_heard
    }

    /// The answer is read: what an idle connection does not need is given back.
    pub(crate) fn become_idle(&mut self) {
        self.has_heard = false;
        self.received.release();
    }

    fn send_some(&mut self, bytes: &[u8], most: usize, deadline: &Deadline) -> io::Result<usize> {
        let limit = deadline.idle();
        loop {
            match self.stream.write(bytes) {
                Err(error) if is_not_yet(&error) => {}
                outcome => return self.show_sent(bytes, outcome),
            }
            let mut events = PollFlags::POLLOUT;
            events.set(PollFlags::POLLIN, self.unread().len() < most);
            if self.wait(events, &limit)?.contains(PollFlags::POLLIN) {
                self.take_in()?;
            }
        }
    }

    /// A peer that has closed takes nothing more, either.
    fn take_in(&mut self) -> io::Result<()> {
        match self.read_some() {
            Ok(0) => Err(io::ErrorKind::BrokenPipe.into()),
            Err(error) if !is_not_yet(&error) => Err(error),
            _ => Ok(()),
        }
    }

    fn show_sent(&self, bytes: &[u8], outcome: io::Result<usize>) -> io::Result<usize> {
        if let (Ok(count), Some(wire)) = (&outcome, &self.wire) {
            wire.sent(&bytes[..*count]);
        }
        outcome
    }

    fn read_some(&mut self) -> io::Result<usize> {
        let room = self.received.room(ROOM);
        let count = self.stream.read(room)?;
        if let Some(wire) = &self.wire {
            wire.received(&room[..count]);
        }
        self.received.filled(count);
        self.has_heard |= count > 0;
        Ok(count)
    }

    fn wait(&self, events: PollFlags, limit: &Limit) -> io::Result<PollFlags> {
        let timeout = limit.left()?.map_or(PollTimeout::NONE, in_milliseconds);
        let mut fds = [PollFd::new(self.stream.as_fd(), events)];
        match poll(&mut fds, timeout) {
            Ok(_) => Ok(fds[0].revents().unwrap_or(PollFlags::empty())),
            Err(Errno::EINTR) => Ok(PollFlags::empty()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Host and port, for messages.
pub(crate) fn authority(url: &Url) -> String {
    format!("{}:{}", url.host(), url.port())
}

fn resolve(url: &Url) -> Result<Vec<SocketAddr>, ClientError> {
    let host = url.host().trim_matches(['[', ']']);
    let addresses = (host, url.port()).to_socket_addrs();
    let addresses = addresses.map_err(|cause| ClientError::Resolve {
        host: host.to_owned(),
        cause,
    })?;
    Ok(addresses.collect())
}

fn connect(address: SocketAddr, limit: &Limit) -> io::Result<TcpStream> {
    let stream = match limit.left()? {
        Some(left) => TcpStream::connect_timeout(&address, left),
        None => TcpStream::connect(address),
    };
    let stream = stream.map_err(|error| match error.kind() {
        // The system's words for it do not say whose time it was.
        io::ErrorKind::TimedOut => limit.left().err().unwrap_or(error),
        _ => error,
    })?;
    // What is sent is sent in one piece anyway, and must not wait for an acknowledgement.
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(stream)
}

fn is_not_yet(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

/// Rounded up, as `poll` would else return just before the time is over, again and again.
fn in_milliseconds(left: Duration) -> PollTimeout {
    let milliseconds = left.as_nanos().div_ceil(1_000_000);
    PollTimeout::try_from(milliseconds).unwrap_or(PollTimeout::MAX)
}
