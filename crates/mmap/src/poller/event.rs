//! What is asked of the kernel, and what it answers.

use std::fmt;
use std::io;
use std::ops::BitOr;

use super::sys;

/// The caller's name for a registration: an index, say. The kernel hands it back with each event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Token(pub usize);

impl Token {
    /// The waker's own.
    pub(super) const WAKE: Token = Token(usize::MAX);

    pub(super) fn checked(self) -> io::Result<Self> {
        if self == Token::WAKE {
            let message = "Token(usize::MAX) belongs to the waker";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        Ok(self)
    }
}

/// What to wait for. Never empty; `|` makes one of two.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Interest(u8);

impl Interest {
    /// There is something to read: bytes, a connection to accept, the end, an error.
    pub const READABLE: Interest = Interest(1);
    /// There is room to write, or writing fails at once. A `connect` under way has ended.
    pub const WRITABLE: Interest = Interest(2);
    /// TCP's urgent data, a pseudo-terminal's change of state, a cgroup's event. Linux only.
    pub const PRIORITY: Interest = Interest(4);

    /// Whether `other` is part of it.
    pub fn contains(self, other: Interest) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Interest {
    type Output = Interest;

    fn bitor(self, other: Interest) -> Interest {
        Interest(self.0 | other.0)
    }
}

impl fmt::Debug for Interest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = [
            (Interest::READABLE, "READABLE"),
            (Interest::WRITABLE, "WRITABLE"),
            (Interest::PRIORITY, "PRIORITY"),
        ];
        let parts: Vec<&str> = names
            .into_iter()
            .filter_map(|(part, name)| self.contains(part).then_some(name))
            .collect();
        f.write_str(&parts.join(" | "))
    }
}

/// How often a ready descriptor is reported. The [module](super) says what each of them demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// In each wait, as long as it is ready.
    Level,
    /// When something new arrives.
    Edge,
    /// Once; then not until [`modify`](super::Poller::modify).
    OneShot,
}

/// One registration that is ready. A wait reports each at most once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Event {
    pub(super) token: Token,
    pub(super) readiness: Readiness,
}

impl Event {
    /// Whose it is.
    pub fn token(&self) -> Token {
        self.token
    }

    /// A read would not block: it gives bytes, the end, or an error. So a peer that is gone makes
    /// its socket readable, and a loop that looks only at this learns of it from the read.
    pub fn is_readable(&self) -> bool {
        self.readiness.has(Readiness::READABLE)
    }

    /// A write would not block: it takes bytes or fails.
    pub fn is_writable(&self) -> bool {
        self.readiness.has(Readiness::WRITABLE)
    }

    /// There is urgent data. Linux only.
    pub fn is_priority(&self) -> bool {
        self.readiness.has(Readiness::PRIORITY)
    }

    /// The peer sends no more, or is gone altogether. There may still be bytes to read before the
    /// end. A hint: that it is missing means nothing.
    pub fn is_peer_closed(&self) -> bool {
        self.readiness.has(Readiness::PEER_CLOSED)
    }

    /// The next read or write fails; a reset connection, say. A hint, like
    /// [`is_peer_closed`](Self::is_peer_closed): for a pipe that nobody reads Linux sets this one,
    /// macOS that one.
    pub fn is_error(&self) -> bool {
        self.readiness.has(Readiness::ERROR)
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event")
            .field("token", &self.token.0)
            .field("readable", &self.is_readable())
            .field("writable", &self.is_writable())
            .field("priority", &self.is_priority())
            .field("peer_closed", &self.is_peer_closed())
            .field("error", &self.is_error())
            .finish()
    }
}

/// The systems' flags, translated.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Readiness(u8);

impl Readiness {
    pub(super) const READABLE: Readiness = Readiness(1);
    pub(super) const WRITABLE: Readiness = Readiness(2);
    pub(super) const PRIORITY: Readiness = Readiness(4);
    pub(super) const PEER_CLOSED: Readiness = Readiness(8);
    pub(super) const ERROR: Readiness = Readiness(16);

    fn has(self, other: Readiness) -> bool {
        self.0 & other.0 != 0
    }

    /// Adds `other` if `condition`.
    pub(super) fn with(self, other: Readiness, condition: bool) -> Self {
        Readiness(self.0 | if condition { other.0 } else { 0 })
    }
}

/// Room for what one wait finds. Made once and used again: a wait allocates nothing.
pub struct Events {
    /// Where the kernel writes.
    pub(super) buffer: sys::Buffer,
    pub(super) list: Vec<Event>,
    pub(super) woken: bool,
}

impl Events {
    /// Room for `capacity` events, at least one. When more are ready, the others come with the next
    /// waits, in turn: none is starved.
    pub fn with_capacity(capacity: usize) -> Self {
        let capacity = capacity.max(1);
        Events {
            buffer: sys::buffer(capacity),
            list: Vec::with_capacity(capacity),
            woken: false,
        }
    }

    /// The events of the last wait.
    pub fn iter(&self) -> std::slice::Iter<'_, Event> {
        self.list.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there were none: the time was over, or a [`Waker`](super::Waker) was used.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether a [`Waker`](super::Waker) was used. There may be events beside it.
    pub fn woken(&self) -> bool {
        self.woken
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.woken = false;
    }
}

impl<'a> IntoIterator for &'a Events {
    type Item = &'a Event;
    type IntoIter = std::slice::Iter<'a, Event>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events")
            .field("list", &self.list)
            .field("woken", &self.woken)
            .finish_non_exhaustive()
    }
}
