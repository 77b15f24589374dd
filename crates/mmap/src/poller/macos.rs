//! kqueue, and a user event to wake it.
//!
//! A registration of ours is up to two of kqueue's, one for reading and one for writing, and three
//! things are done to make them one:
//!
//! - The two halves of one wait are merged into one event.
//! - A one-shot that fired by one half must not fire by the other; [`Selector::armed`] keeps book.
//! - To change a registration it is taken out and added anew: adding over an old one changes what it
//!   waits for, but not all of its flags.
//!
//! Changes are asked for with `EV_RECEIPT`: the kernel then answers each with its outcome and puts
//! no pending event in between.

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::libc;
use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent64, Kevent64Flags, Kqueue};

use super::event::{Event, Events, Interest, Mode, Readiness, Token};

pub(super) type Buffer = Box<[KEvent64]>;

pub(super) fn buffer(capacity: usize) -> Buffer {
    vec![empty(); capacity].into()
}

#[derive(Debug)]
pub(super) struct Selector {
    kqueue: Kqueue,
    /// The one-shot registrations by descriptor, and whether they have yet to fire. What was closed
    /// without being deleted stays until its number comes again.
    armed: Mutex<HashMap<u64, bool>>,
}

/// The longest wait that the kernel takes, in seconds. The caller waits again.
const LONGEST: u64 = 100_000_000;

impl Selector {
    pub(super) fn new() -> io::Result<Self> {
        let kqueue = Kqueue::new()?;
        fcntl(kqueue.as_fd(), FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC))?;
        let selector = Selector {
            kqueue,
            armed: Mutex::default(),
        };
        let add = EvFlags::EV_ADD | EvFlags::EV_CLEAR;
        selector.apply(&user_event(add, FilterFlag::empty()))?;
        Ok(selector)
    }

    pub(super) fn add(
        &self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        if interest.contains(Interest::PRIORITY) {
            let message = "kqueue does not tell of urgent data";
            return Err(io::Error::new(io::ErrorKind::Unsupported, message));
        }
        let ident = ident(source);
        self.arm(ident, mode);
        let halves = [
            (Interest::READABLE, EventFilter::EVFILT_READ),
            (Interest::WRITABLE, EventFilter::EVFILT_WRITE),
        ];
        for (half, filter) in halves {
            if interest.contains(half) {
                let added = self.apply(&change(ident, filter, add_flags(mode), token));
                // All or nothing; and what failed first is what the caller wants to know.
                added.inspect_err(|_| drop(self.remove(ident)))?;
            }
        }
        Ok(())
    }

    pub(super) fn modify(
        &self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        self.remove(ident(source))?;
        self.add(source, token, interest, mode)
    }

    pub(super) fn delete(&self, source: BorrowedFd<'_>) -> io::Result<()> {
        self.remove(ident(source))
    }

    pub(super) fn notify(&self) -> io::Result<()> {
        Ok(self.apply(&user_event(EvFlags::empty(), FilterFlag::NOTE_TRIGGER))?)
    }

    pub(super) fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> nix::Result<()> {
        let timeout = timeout.map(|timeout| libc::timespec {
            tv_sec: timeout.as_secs().min(LONGEST) as libc::time_t,
            tv_nsec: timeout.subsec_nanos().into(),
        });
        let flags = Kevent64Flags::empty();
        let n = self
            .kqueue
            .kevent64(&[], &mut events.buffer, flags, timeout)?;
        // Brings the halves together.
        events.buffer[..n].sort_unstable_by_key(KEvent64::ident);
        let mut last = None;
        for raw in &events.buffer[..n] {
            let Ok(filter @ (EventFilter::EVFILT_READ | EventFilter::EVFILT_WRITE)) = raw.filter()
            else {
                events.woken = true;
                continue;
            };
            let readiness = readiness(raw, filter);
            match events.list.last_mut() {
                Some(event) if last == Some(raw.ident()) => {
                    event.readiness = event.readiness.with(readiness, true)
                }
                _ if self.may_fire(raw) => {
                    let token = Token(raw.udata() as usize);
                    events.list.push(Event { token, readiness });
                    last = Some(raw.ident());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Notes that a registration begins anew.
    fn arm(&self, ident: u64, mode: Mode) {
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        match mode {
            Mode::OneShot => armed.insert(ident, true),
            Mode::Level | Mode::Edge => armed.remove(&ident),
        };
    }

    /// Whether an event is not the second of a one-shot; uses up the shot.
    fn may_fire(&self, raw: &KEvent64) -> bool {
        if !raw.flags().contains(EvFlags::EV_DISPATCH) {
            return true;
        }
        let mut armed = self.armed.lock().unwrap_or_else(PoisonError::into_inner);
        armed.insert(raw.ident(), false).unwrap_or(false)
    }

    /// Takes both halves out; fails when there was none.
    fn remove(&self, ident: u64) -> io::Result<()> {
        self.arm(ident, Mode::Level);
        let halves = [EventFilter::EVFILT_READ, EventFilter::EVFILT_WRITE];
        let outcomes =
            halves.map(|half| self.apply(&change(ident, half, EvFlags::EV_DELETE, Token(0))));
        match outcomes {
            [Err(Errno::ENOENT), other] | [other, Err(Errno::ENOENT)] => Ok(other?),
            [one, other] => Ok(one.and(other)?),
        }
    }

    fn apply(&self, change: &KEvent64) -> nix::Result<()> {
        let mut receipt = [empty()];
        let changes = std::slice::from_ref(change);
        self.kqueue
            .kevent64(changes, &mut receipt, Kevent64Flags::empty(), None)?;
        match receipt[0].data() {
            0 => Ok(()),
            errno => Err(Errno::from_raw(errno as i32)),
        }
    }
}

fn ident(source: BorrowedFd<'_>) -> u64 {
    source.as_raw_fd() as u64
}

fn change(ident: u64, filter: EventFilter, flags: EvFlags, token: Token) -> KEvent64 {
    let flags = flags | EvFlags::EV_RECEIPT;
    let udata = token.0 as u64;
    KEvent64::new(ident, filter, flags, FilterFlag::empty(), 0, udata, [0; 2])
}

fn user_event(flags: EvFlags, action: FilterFlag) -> KEvent64 {
    let flags = flags | EvFlags::EV_RECEIPT;
    let udata = Token::WAKE.0 as u64;
    KEvent64::new(0, EventFilter::EVFILT_USER, flags, action, 0, udata, [0; 2])
}

fn empty() -> KEvent64 {
    change(0, EventFilter::EVFILT_READ, EvFlags::empty(), Token(0))
}

/// `EV_DISPATCH` disables the event when it has been delivered, where `EV_ONESHOT` would delete it:
/// so `modify` can still tell whether there is one.
fn add_flags(mode: Mode) -> EvFlags {
    EvFlags::EV_ADD
        | match mode {
            Mode::Level => EvFlags::empty(),
            Mode::Edge => EvFlags::EV_CLEAR,
            Mode::OneShot => EvFlags::EV_DISPATCH,
        }
}

/// With `EV_EOF` a socket's error, if it has one, is in `fflags`.
fn readiness(raw: &KEvent64, filter: EventFilter) -> Readiness {
    let reads = matches!(filter, EventFilter::EVFILT_READ);
    let eof = raw.flags().contains(EvFlags::EV_EOF);
    Readiness::default()
        .with(Readiness::READABLE, reads)
        .with(Readiness::WRITABLE, !reads)
        .with(Readiness::PEER_CLOSED, eof)
        .with(Readiness::ERROR, eof && !raw.fflags().is_empty())
}
