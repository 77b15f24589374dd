//! One thread waits for ten thousand descriptors: epoll and kqueue behind one type.
//!
//! A thread that reads from a socket is blocked until that one peer sends something. A *poller* is
//! told once which descriptors matter, and then answers one question again and again: which of them
//! would not block now? What `select(2)` and `poll(2)` ask with the whole list on each call, the
//! kernel keeps here, so that the price of a wait is that of the ready ones and not of all.
//!
//! # Level, edge, one-shot
//!
//! - [`Mode::Level`]: reported as long as it is ready. What was left unread is reported again, so
//!   nothing can be forgotten. Begin with this one.
//! - [`Mode::Edge`]: reported when something *new* arrives. Fewer wake-ups, and a duty: the
//!   descriptor must be non-blocking, and after an event one reads (or writes) until
//!   [`WouldBlock`](io::ErrorKind::WouldBlock). What is left in it is not reported again, and a peer
//!   that waits for an answer to just that will not send anything new. It is what Go's runtime does.
//! - [`Mode::OneShot`]: reported once, then silent until [`Poller::modify`] arms it again; what is
//!   there by then is reported. With several threads at one poller this is how a connection belongs
//!   to one of them at a time.
//!
//! An event is a hint and no promise: another thread may have been faster, or the kernel may drop
//! the datagram whose checksum is wrong. A descriptor that must never block has to be
//! [non-blocking](set_nonblocking) in every mode.
//!
//! # What a registration is tied to
//!
//! Closing a descriptor ends its registration, in epoll with the last of its duplicates only: the
//! registration belongs to the *open file description*. After `dup`, `try_clone` or `fork` the copy
//! keeps it alive, and once the registered number is closed, events go on coming under a token that
//! nobody can delete any more. So [`delete`](Poller::delete) before closing what was duplicated.
//! (In kqueue it belongs to the number, and ends with it.) And closing does not call back the events
//! that a thread has in its hands already: a token used anew in the same round can be mistaken for
//! the old one.
//!
//! Regular files and directories are refused by epoll with `EPERM`: a read of them always "would
//! not block", even while it waits for the disk, so there is nothing to tell. kqueue takes files, and
//! calls them readable while there is something after their offset.
//!
//! # Several threads
//!
//! Any number of threads may wait at one poller. With `Edge` and `OneShot` each event wakes one of
//! them. With `Level` it may wake several, of which all but one find nothing to read: the *thundering
//! herd*.
//!
//! ```
//! use std::io::{Write, pipe};
//! use mmap::poller::{Events, Interest, Mode, Poller, Token};
//!
//! let (reader, mut writer) = pipe()?;
//! let poller = Poller::new()?;
//! poller.add(&reader, Token(7), Interest::READABLE, Mode::Level)?;
//! writer.write_all(b"x")?;
//!
//! let mut events = Events::with_capacity(64);
//! poller.wait(&mut events, None)?;
//! let event = events.iter().next().expect("one is ready");
//! assert!(event.token() == Token(7) && event.is_readable());
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! Errors are [`io::Error`] as the system gave them, with the kinds that each method names: this is
//! as near to the kernel as a caller gets, and only he knows what the descriptor was.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, OFlag, fcntl};

mod event;
mod limit;
mod timers;
mod waker;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod sys;

pub use event::{Event, Events, Interest, Mode, Token};
pub use limit::raise_open_files;
pub use timers::{TimerId, Timers};
pub use waker::Waker;

use waker::Shared;

/// A set of descriptors that the kernel watches. See the [module](self).
#[doc(alias = "epoll_create1")]
#[doc(alias = "kqueue")]
#[derive(Debug)]
pub struct Poller {
    /// Also held by the wakers, which may outlive the poller.
    shared: Arc<Shared>,
}

impl Poller {
    /// An empty set. Fails when there are too many open files: it takes a descriptor, and on Linux
    /// one more for the [`Waker`].
    pub fn new() -> io::Result<Self> {
        let shared = Arc::new(Shared::new()?);
        Ok(Poller { shared })
    }

    /// Watches `source` from now on, and reports it as `token`. Also what is ready already is
    /// reported.
    ///
    /// Fails with [`PermissionDenied`](io::ErrorKind::PermissionDenied) for a regular file and with
    /// [`AlreadyExists`](io::ErrorKind::AlreadyExists) for what is being watched, both by epoll alone
    /// (kqueue replaces the registration); with [`InvalidInput`](io::ErrorKind::InvalidInput) for
    /// `Token(usize::MAX)`, which is the waker's. By kqueue with
    /// [`Unsupported`](io::ErrorKind::Unsupported) for [`Interest::PRIORITY`], and with
    /// [`BrokenPipe`](io::ErrorKind::BrokenPipe) for writing to a pipe that nobody reads, for which
    /// epoll has an event.
    #[doc(alias = "epoll_ctl")]
    #[doc(alias = "kevent")]
    pub fn add(
        &self,
        source: impl AsFd,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let selector = &self.shared.selector;
        selector.add(source.as_fd(), token.checked()?, interest, mode)
    }

    /// Replaces all that [`add`](Self::add) said about `source`, and arms it again. In every mode,
    /// what is ready is reported once more.
    ///
    /// Fails with [`NotFound`](io::ErrorKind::NotFound) when it is not being watched.
    pub fn modify(
        &self,
        source: impl AsFd,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let selector = &self.shared.selector;
        selector.modify(source.as_fd(), token.checked()?, interest, mode)
    }

    /// Stops watching `source`. Fails with [`NotFound`](io::ErrorKind::NotFound) when it is not
    /// being watched.
    pub fn delete(&self, source: impl AsFd) -> io::Result<()> {
        self.shared.selector.delete(source.as_fd())
    }

    /// A handle by which other threads end a [`wait`](Self::wait).
    pub fn waker(&self) -> Waker {
        Waker::new(Arc::clone(&self.shared))
    }

    /// Blocks until there is an event, somebody [wakes](Waker::wake), or `timeout` has passed,
    /// whichever is first, and replaces what is in `events`. `None` waits for ever, zero only looks.
    ///
    /// The timeout is never cut short: a signal handler that ran meanwhile (`EINTR`) makes it go on
    /// with the rest. Linux counts in nanoseconds since 5.11; before that, in milliseconds, rounded
    /// up.
    #[doc(alias = "epoll_wait")]
    pub fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> io::Result<()> {
        let deadline = Deadline::after(timeout);
        let mut rest = timeout;
        loop {
            match self.shared.wait(events, rest) {
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
                Ok(()) if events.is_empty() && !events.woken() => {}
                Ok(()) => return Ok(()),
            }
            if deadline.has_passed() {
                return Ok(());
            }
            rest = deadline.rest();
        }
    }
}

/// Makes reads and writes of `source` fail with [`WouldBlock`](io::ErrorKind::WouldBlock) where they
/// would wait, or not. std's sockets have a method for it, its pipes have not.
///
/// The flag belongs to the open file description: all duplicates of `source` have it as well, also
/// those in other processes.
#[doc(alias = "O_NONBLOCK")]
pub fn set_nonblocking(source: impl AsFd, nonblocking: bool) -> io::Result<()> {
    let mut flags = OFlag::from_bits_retain(fcntl(&source, FcntlArg::F_GETFL)?);
    flags.set(OFlag::O_NONBLOCK, nonblocking);
    fcntl(&source, FcntlArg::F_SETFL(flags))?;
    Ok(())
}

/// When a wait has to end.
enum Deadline {
    /// At once, which needs no look at the clock.
    Now,
    At(Instant),
    Never,
}

impl Deadline {
    fn after(timeout: Option<Duration>) -> Self {
        match timeout {
            Some(Duration::ZERO) => Deadline::Now,
            // What is too long for the clock lasts for ever.
            Some(timeout) => Instant::now()
                .checked_add(timeout)
                .map_or(Deadline::Never, Deadline::At),
            None => Deadline::Never,
        }
    }

    fn has_passed(&self) -> bool {
        self.rest().is_some_and(|rest| rest.is_zero())
    }

    fn rest(&self) -> Option<Duration> {
        match self {
            Deadline::Now => Some(Duration::ZERO),
            Deadline::At(instant) => Some(instant.saturating_duration_since(Instant::now())),
            Deadline::Never => None,
        }
    }
}
