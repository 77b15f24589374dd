//! epoll, and an eventfd to wake it.
#![allow(unsafe_code)] // One call that nix does not have, epoll_pwait2, with pointers from references.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nix::errno::Errno;
use nix::libc;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use nix::sys::eventfd::{EfdFlags, EventFd};

use super::event::{Event, Events, Interest, Mode, Readiness, Token};

pub(super) type Buffer = Box<[EpollEvent]>;

pub(super) fn buffer(capacity: usize) -> Buffer {
    vec![EpollEvent::empty(); capacity].into()
}

#[derive(Debug)]
pub(super) struct Selector {
    epoll: Epoll,
    /// Written to and never read: it is watched by edge, and each write is one.
    notifier: EventFd,
}

impl Selector {
    pub(super) fn new() -> io::Result<Self> {
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?;
        let notifier = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        let by_edge = registration(Token::WAKE, Interest::READABLE, Mode::Edge);
        epoll.add(&notifier, by_edge)?;
        Ok(Selector { epoll, notifier })
    }

    pub(super) fn add(
        &self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let registration = registration(token, interest, mode);
        Ok(self.epoll.add(source, registration)?)
    }

    pub(super) fn modify(
        &self,
        source: BorrowedFd<'_>,
        token: Token,
        interest: Interest,
        mode: Mode,
    ) -> io::Result<()> {
        let mut registration = registration(token, interest, mode);
        Ok(self.epoll.modify(source, &mut registration)?)
    }

    pub(super) fn delete(&self, source: BorrowedFd<'_>) -> io::Result<()> {
        Ok(self.epoll.delete(source)?)
    }

    pub(super) fn notify(&self) -> io::Result<()> {
        // It counts up to 2^64, so it is never full.
        self.notifier.write(1)?;
        Ok(())
    }

    pub(super) fn wait(&self, events: &mut Events, timeout: Option<Duration>) -> nix::Result<()> {
        let n = self.fill(&mut events.buffer, timeout)?;
        for raw in &events.buffer[..n] {
            let token = Token(raw.data() as usize);
            if token == Token::WAKE {
                events.woken = true;
            } else {
                let readiness = readiness(raw.events());
                events.list.push(Event { token, readiness });
            }
        }
        Ok(())
    }

    fn fill(&self, buffer: &mut [EpollEvent], timeout: Option<Duration>) -> nix::Result<usize> {
        /// Whether this kernel, or the sandbox around us, lacks the call.
        static NO_NANOSECONDS: AtomicBool = AtomicBool::new(false);

        let Some(timeout) = timeout else {
            return self.epoll.wait(buffer, EpollTimeout::NONE);
        };
        if !timeout.is_zero() && !NO_NANOSECONDS.load(Ordering::Relaxed) {
            match self.pwait2(buffer, timeout) {
                Err(Errno::ENOSYS | Errno::EPERM) => NO_NANOSECONDS.store(true, Ordering::Relaxed),
                outcome => return outcome,
            }
        }
        self.epoll.wait(buffer, whole_milliseconds(timeout))
    }

    /// [`epoll_pwait2(2)`](https://man7.org/linux/man-pages/man2/epoll_wait.2.html), by its number:
    /// it is in Linux since 5.11, in glibc since 2.35.
    fn pwait2(&self, buffer: &mut [EpollEvent], timeout: Duration) -> nix::Result<usize> {
        let timeout = libc::timespec {
            tv_sec: timeout.as_secs().try_into().unwrap_or(libc::time_t::MAX),
            tv_nsec: timeout.subsec_nanos().into(),
        };
        // SAFETY: the kernel writes at most `len` events, which `EpollEvent` has the layout of
        // (`repr(transparent)`), into a slice that is borrowed for the call; it reads one timespec;
        // there is no signal mask, so that its size does not count.
        let n = unsafe {
            libc::syscall(
                libc::SYS_epoll_pwait2,
                self.epoll.0.as_raw_fd(),
                buffer.as_mut_ptr(),
                libc::c_int::try_from(buffer.len()).unwrap_or(libc::c_int::MAX),
                &raw const timeout,
                ptr::null::<libc::sigset_t>(),
                0_usize,
            )
        };
        Errno::result(n).map(|n| n as usize)
    }
}

/// Rounded up, so as never to be early. What is too long is cut; the caller waits again.
fn whole_milliseconds(timeout: Duration) -> EpollTimeout {
    let milliseconds = timeout.as_nanos().div_ceil(1_000_000);
    i32::try_from(milliseconds)
        .ok()
        .and_then(|milliseconds| milliseconds.try_into().ok())
        .unwrap_or(EpollTimeout::MAX)
}

fn registration(token: Token, interest: Interest, mode: Mode) -> EpollEvent {
    let mut flags = match mode {
        Mode::Level => EpollFlags::empty(),
        Mode::Edge => EpollFlags::EPOLLET,
        Mode::OneShot => EpollFlags::EPOLLONESHOT,
    };
    let readable = EpollFlags::EPOLLIN | EpollFlags::EPOLLRDHUP;
    flags.set(readable, interest.contains(Interest::READABLE));
    flags.set(EpollFlags::EPOLLOUT, interest.contains(Interest::WRITABLE));
    flags.set(EpollFlags::EPOLLPRI, interest.contains(Interest::PRIORITY));
    EpollEvent::new(flags, token.0 as u64)
}

/// `EPOLLHUP` and `EPOLLERR` come without being asked for, and without `EPOLLIN`: a pipe whose
/// writers are gone is hung up and not "in". Yet reading it does not block.
fn readiness(flags: EpollFlags) -> Readiness {
    use EpollFlags as E;
    let gone = E::EPOLLHUP | E::EPOLLERR;
    let readable = gone | E::EPOLLIN | E::EPOLLRDHUP;
    let peer_closed = E::EPOLLHUP | E::EPOLLRDHUP;
    Readiness::default()
        .with(Readiness::READABLE, flags.intersects(readable))
        .with(Readiness::WRITABLE, flags.intersects(gone | E::EPOLLOUT))
        .with(Readiness::PRIORITY, flags.contains(E::EPOLLPRI))
        .with(Readiness::PEER_CLOSED, flags.intersects(peer_closed))
        .with(Readiness::ERROR, flags.contains(E::EPOLLERR))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_rounded_up() {
        for (nanoseconds, expected) in [(0, 0), (1, 1), (1_000_000, 1), (1_000_001, 2)] {
            let timeout = whole_milliseconds(Duration::from_nanos(nanoseconds));
            assert_eq!(i32::from(timeout), expected);
        }
        assert_eq!(i32::from(whole_milliseconds(Duration::MAX)), i32::MAX);
    }

    #[test]
    fn both_ways_to_wait_keep_the_timeout() {
        let selector = Selector::new().unwrap();
        let mut buffer = buffer(1);
        let timeout = Duration::from_micros(1500);
        let start = std::time::Instant::now();
        let n = selector
            .epoll
            .wait(&mut buffer, whole_milliseconds(timeout));
        assert_eq!(n, Ok(0));
        assert!(start.elapsed() >= timeout);
        let start = std::time::Instant::now();
        // Missing before Linux 5.11.
        if selector.pwait2(&mut buffer, timeout) == Ok(0) {
            assert!(start.elapsed() >= timeout);
        }
    }
}
