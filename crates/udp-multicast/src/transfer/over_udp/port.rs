//! A socket that can be made worse than it is, and waited for.

use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use socket2::SockRef;

use super::Impairment;
use super::platform::never_fragment;
use crate::link::Random;

/// What the kernel is asked to keep for us in each direction; it may give less.
const KERNEL_BUFFER: usize = 4 << 20;

/// A non-blocking socket, its clock, and what it has not sent yet.
#[derive(Debug)]
pub(super) struct Port {
    socket: UdpSocket,
    start: Instant,
    impairment: Impairment,
    dice: Random,
    /// What is to be sent, and when; in order, as the delay is always the same.
    queue: VecDeque<(Duration, Option<SocketAddr>, Vec<u8>)>,
    buffer: Vec<u8>,
}

impl Port {
    pub(super) fn new(socket: UdpSocket, impairment: Impairment) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        let options = SockRef::from(&socket);
        // They make bursts survive. Without them all works, only slower.
        let _ = options.set_recv_buffer_size(KERNEL_BUFFER);
        let _ = options.set_send_buffer_size(KERNEL_BUFFER);
        never_fragment(&socket)?;
        Ok(Port {
            socket,
            start: Instant::now(),
            impairment,
            dice: Random::new(super::seed()),
            queue: VecDeque::new(),
            buffer: vec![0; 65_536],
        })
    }

    pub(super) fn now(&self) -> Duration {
        self.start.elapsed()
    }

    /// Sends, to where the socket is connected or to `peer`. What the network may do, lose it, is no
    /// error.
    pub(super) fn send(&mut self, peer: Option<SocketAddr>, datagram: Vec<u8>) -> io::Result<()> {
        if self.dice.chance(self.impairment.loss) {
            return Ok(());
        }
        let due = self.now() + self.impairment.delay;
        self.queue.push_back((due, peer, datagram));
        self.flush()
    }

    /// Sends what is due.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        let now = self.now();
        while let Some((_, peer, datagram)) = self.queue.pop_front_if(|(due, ..)| *due <= now) {
            let sent = match peer {
                Some(peer) => self.socket.send_to(&datagram, peer),
                None => self.socket.send(&datagram),
            };
            match sent {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.queue.push_front((now, peer, datagram));
                    return Ok(());
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {
                    self.queue.push_front((now, peer, datagram));
                }
                // The interface's queue is full: that is loss.
                Err(error) if is(&error, Errno::ENOBUFS) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether something is still to be sent.
    pub(super) fn is_flushed(&self) -> bool {
        self.queue.is_empty()
    }

    /// The next datagram, if one is there.
    pub(super) fn receive(&mut self) -> io::Result<Option<(SocketAddr, &[u8])>> {
        loop {
            match self.socket.recv_from(&mut self.buffer) {
                Ok((length, peer)) => return Ok(Some((peer, &self.buffer[..length]))),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until a datagram has come, something can be sent, or it is `until`.
    pub(super) fn wait(&self, until: Option<Duration>) -> io::Result<()> {
        let now = self.now();
        let next = self.queue.front().map(|(due, ..)| *due);
        let mut events = PollFlags::POLLIN;
        if next.is_some_and(|due| due <= now) {
            // It was due and is still here: the socket's buffer was full.
            events |= PollFlags::POLLOUT;
        }
        let until = [until, next.filter(|due| *due > now)]
            .into_iter()
            .flatten()
            .min();
        let timeout = until.map_or(PollTimeout::NONE, |until| {
            milliseconds(until.saturating_sub(now))
        });
        let mut fds = [PollFd::new(self.socket.as_fd(), events)];
        match poll(&mut fds, timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Whether it is this error of the system.
pub(super) fn is(error: &io::Error, errno: Errno) -> bool {
    error.raw_os_error() == Some(errno as i32)
}

/// Rounded up: who wakes too early has to wait again.
fn milliseconds(time: Duration) -> PollTimeout {
    let rounded = time.as_nanos().div_ceil(1_000_000);
    // A longer wait is cut, and the caller waits again.
    i32::try_from(rounded)
        .ok()
        .and_then(|milliseconds| PollTimeout::try_from(milliseconds).ok())
        .unwrap_or(PollTimeout::MAX)
}
