//! Taking connections from the kernel's queue, and leaving them there when there is no room.

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use mmap::poller::{Interest, Mode, Poller, Token};
use nix::errno::Errno;

/// How long nobody is accepted after the system had no descriptor or no memory for it.
const COOLING: Duration = Duration::from_millis(100);

/// How many are accepted before those that are there have their turn.
const BATCH: usize = 64;

/// The listening sockets of a loop. They are watched by level: who is not accepted now is reported
/// again.
pub(super) struct Acceptor {
    listeners: Vec<TcpListener>,
    is_watched: bool,
    /// When to try again after a failure.
    retry: Option<Instant>,
}

impl Acceptor {
    pub(super) fn new(listeners: Vec<TcpListener>) -> io::Result<Self> {
        for listener in &listeners {
            listener.set_nonblocking(true)?;
        }
        Ok(Acceptor {
            listeners,
            is_watched: false,
            retry: None,
        })
    }

    /// The listener with this token, if it is one's.
    pub(super) fn index(&self, token: Token) -> Option<usize> {
        let index = (usize::MAX - 1).checked_sub(token.0)?;
        (index < self.listeners.len()).then_some(index)
    }

    /// Watches the listeners if there is room, and does not if there is none. How long until that has
    /// to be asked again, if no event comes before.
    pub(super) fn watch(
        &mut self,
        poller: &Poller,
        has_room: bool,
        now: Instant,
    ) -> io::Result<Option<Duration>> {
        self.retry = self.retry.filter(|&retry| retry > now);
        let wanted = has_room && self.retry.is_none();
        if wanted != self.is_watched {
            self.is_watched = wanted;
            for (index, listener) in self.listeners.iter().enumerate() {
                let token = Token(usize::MAX - 1 - index);
                match wanted {
                    true => poller.add(listener, token, Interest::READABLE, Mode::Level)?,
                    false => poller.delete(listener)?,
                }
            }
        }
        Ok(self.retry.map(|retry| retry - now))
    }

    /// Accepts up to `room` connections of listener number `index`.
    pub(super) fn accept(
        &mut self,
        index: usize,
        room: usize,
        now: Instant,
    ) -> impl Iterator<Item = (TcpStream, SocketAddr)> + use<'_> {
        let mut left = room.min(BATCH);
        std::iter::from_fn(move || {
            while left > 0 {
                left -= 1;
                match self.listeners[index].accept() {
                    Ok(accepted) => return Some(accepted),
                    Err(error) if is_shortage(&error) => {
                        self.retry = Some(now + COOLING);
                        return None;
                    }
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
                    // It was gone before it was accepted (ECONNABORTED and the like).
                    Err(_) => {}
                }
            }
            None
        })
    }

    /// Accepts nobody for a while.
    pub(super) fn cool(&mut self, now: Instant) {
        self.retry = Some(now + COOLING);
    }

    /// Nobody is listened to any more: who connects now is refused by the kernel.
    pub(super) fn close(&mut self) {
        self.listeners.clear();
    }
}

/// Whether the failure is not the connection's but the process's or the system's, and lasts.
pub(super) fn is_shortage(error: &io::Error) -> bool {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    matches!(
        errno,
        Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM
    )
}
