//! The poller beside mio, `poll(2)` and bare epoll.

use std::hint::black_box;
use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::thread;
use std::time::{Duration, Instant};

use mio::unix::SourceFd;
use mmap::poller::{Events, Interest, Mode, Poller, Token, raise_open_files, set_nonblocking};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::Result;
use crate::workload::{Peer, Workload};

pub(crate) const WORKLOADS: &[Workload] = &[
    Workload {
        name: "a byte round a ring of 100 pipes, one hop",
        unit: "µs",
        peers: &[
            peer("ours", ring::<Ours>),
            peer("mio", ring::<Mio>),
            #[cfg(target_os = "linux")]
            peer("bare epoll", ring::<bare::Epoll>),
        ],
    },
    Workload {
        name: "one pair talks, 10 000 sockets are silent, one event",
        unit: "µs",
        peers: &[
            peer("ours", idle::<Ours>),
            peer("mio", idle::<Mio>),
            peer("poll(2)", idle_poll),
        ],
    },
    Workload {
        name: "wake a thread and be woken by it",
        unit: "µs",
        peers: &[peer("ours", wake::<Ours>), peer("mio", wake::<Mio>)],
    },
    Workload {
        name: "a thousand wakes before one wait, one wake",
        unit: "ns",
        peers: &[peer("ours", wakes::<Ours>), peer("mio", wakes::<Mio>)],
    },
    Workload {
        name: "watch a socket and stop watching it",
        unit: "ns",
        peers: &[peer("ours", register::<Ours>), peer("mio", register::<Mio>)],
    },
];

const fn peer(name: &'static str, measure: fn(bool) -> Result<f64>) -> Peer {
    Peer {
        name,
        needs: None,
        measure,
    }
}

/// What the peers have in common: edges, as mio has no other mode.
trait Waits: Sized {
    type Waker: Send + Sync + 'static;

    fn new() -> Result<Self>;
    fn watch(&self, source: &impl AsFd, token: usize) -> Result<()>;
    fn unwatch(&self, source: &impl AsFd) -> Result<()>;
    /// Waits, and calls `ready` with each token.
    fn wait(&mut self, ready: impl FnMut(usize)) -> Result<()>;
    fn waker(&self) -> Result<Self::Waker>;
    fn wake(waker: &Self::Waker);
}

struct Ours(Poller, Events);

impl Waits for Ours {
    type Waker = mmap::poller::Waker;

    fn new() -> Result<Self> {
        Ok(Ours(Poller::new()?, Events::with_capacity(256)))
    }

    fn watch(&self, source: &impl AsFd, token: usize) -> Result<()> {
        Ok(self
            .0
            .add(source, Token(token), Interest::READABLE, Mode::Edge)?)
    }

    fn unwatch(&self, source: &impl AsFd) -> Result<()> {
        Ok(self.0.delete(source)?)
    }

    fn wait(&mut self, mut ready: impl FnMut(usize)) -> Result<()> {
        self.0.wait(&mut self.1, None)?;
        self.1.iter().for_each(|event| ready(event.token().0));
        Ok(())
    }

    fn waker(&self) -> Result<Self::Waker> {
        Ok(self.0.waker())
    }

    fn wake(waker: &Self::Waker) {
        waker.wake().expect("the poller can be woken");
    }
}

struct Mio(mio::Poll, mio::Events);

impl Waits for Mio {
    type Waker = mio::Waker;

    fn new() -> Result<Self> {
        Ok(Mio(mio::Poll::new()?, mio::Events::with_capacity(256)))
    }

    fn watch(&self, source: &impl AsFd, token: usize) -> Result<()> {
        let (fd, interest) = (source.as_fd().as_raw_fd(), mio::Interest::READABLE);
        let registry = self.0.registry();
        Ok(registry.register(&mut SourceFd(&fd), mio::Token(token), interest)?)
    }

    fn unwatch(&self, source: &impl AsFd) -> Result<()> {
        let fd = source.as_fd().as_raw_fd();
        Ok(self.0.registry().deregister(&mut SourceFd(&fd))?)
    }

    fn wait(&mut self, mut ready: impl FnMut(usize)) -> Result<()> {
        self.0.poll(&mut self.1, None)?;
        self.1.iter().for_each(|event| ready(event.token().0));
        Ok(())
    }

    fn waker(&self) -> Result<Self::Waker> {
        Ok(mio::Waker::new(self.0.registry(), mio::Token(usize::MAX))?)
    }

    fn wake(waker: &Self::Waker) {
        waker.wake().expect("the poll can be woken");
    }
}

/// The floor: what the system calls alone take.
#[cfg(target_os = "linux")]
mod bare {
    use nix::sys::epoll::{self, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};

    use super::{AsFd, Result, Waits};

    pub(super) struct Epoll(epoll::Epoll);

    impl Waits for Epoll {
        type Waker = ();

        fn new() -> Result<Self> {
            Ok(Epoll(epoll::Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)?))
        }

        fn watch(&self, source: &impl AsFd, token: usize) -> Result<()> {
            let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLRDHUP | EpollFlags::EPOLLET;
            Ok(self.0.add(source, EpollEvent::new(flags, token as u64))?)
        }

        fn unwatch(&self, source: &impl AsFd) -> Result<()> {
            Ok(self.0.delete(source)?)
        }

        fn wait(&mut self, mut ready: impl FnMut(usize)) -> Result<()> {
            let mut events = [EpollEvent::empty(); 256];
            let n = self.0.wait(&mut events, EpollTimeout::NONE)?;
            events[..n]
                .iter()
                .for_each(|event| ready(event.data() as usize));
            Ok(())
        }

        fn waker(&self) -> Result<()> {
            Ok(())
        }

        fn wake((): &()) {}
    }
}

/// Microseconds, or whatever `unit` is one of, for each of `count`.
fn each(start: Instant, count: usize, unit: Duration) -> f64 {
    start.elapsed().as_secs_f64() / unit.as_secs_f64() / count as f64
}

const MICROSECOND: Duration = Duration::from_micros(1);
const NANOSECOND: Duration = Duration::from_nanos(1);

fn rounds(full: usize, quick: bool) -> usize {
    if quick { full / 100 } else { full }
}

/// Each pipe hands the byte to the next: a wait, a read, a write.
fn ring<W: Waits>(quick: bool) -> Result<f64> {
    let hops = rounds(500_000, quick);
    let mut pipes: Vec<(PipeReader, PipeWriter)> =
        (0..100).map(|_| pipe()).collect::<std::io::Result<_>>()?;
    let mut waits = W::new()?;
    for (token, (reader, _)) in pipes.iter().enumerate() {
        set_nonblocking(reader, true)?;
        waits.watch(reader, token)?;
    }
    pipes[0].1.write_all(b"x")?;
    let mut hop = 0;
    let start = Instant::now();
    while hop < hops {
        waits.wait(|token| {
            let mut byte = [0];
            pipes[token]
                .0
                .read_exact(&mut byte)
                .expect("a byte is there");
            let next = (token + 1) % pipes.len();
            pipes[next].1.write_all(&byte).expect("the pipe has room");
            hop += 1;
        })?;
    }
    Ok(each(start, hop, MICROSECOND))
}

/// The silent ones, as many as may be opened, and a pair.
fn sockets() -> Result<(Vec<UnixDatagram>, UnixStream, UnixStream)> {
    let limit = raise_open_files(11_000)? as usize;
    let silent = (0..10_000.min(limit - 50))
        .map(|_| UnixDatagram::unbound())
        .collect::<std::io::Result<_>>()?;
    let (one, other) = UnixStream::pair()?;
    Ok((silent, one, other))
}

fn idle<W: Waits>(quick: bool) -> Result<f64> {
    let events = rounds(500_000, quick);
    let (silent, mut one, mut other) = sockets()?;
    let mut waits = W::new()?;
    for socket in &silent {
        waits.watch(socket, 0)?;
    }
    waits.watch(&other, 1)?;
    let start = Instant::now();
    for _ in 0..events {
        one.write_all(b"x")?;
        let mut ready = 0;
        while ready != 1 {
            waits.wait(|token| ready = token)?;
        }
        other.read_exact(&mut [0])?;
    }
    Ok(each(start, events, MICROSECOND))
}

fn idle_poll(quick: bool) -> Result<f64> {
    let events = rounds(500, quick);
    let (silent, mut one, mut other) = sockets()?;
    let listener = other.try_clone()?;
    let mut asked: Vec<PollFd> = silent
        .iter()
        .map(AsFd::as_fd)
        .chain([listener.as_fd()])
        .map(|socket| PollFd::new(socket, PollFlags::POLLIN))
        .collect();
    let start = Instant::now();
    for _ in 0..events {
        one.write_all(b"x")?;
        poll(&mut asked, PollTimeout::NONE)?;
        let ready = asked.iter().position(|socket| socket.any() == Some(true));
        if ready != Some(silent.len()) {
            return Err("a silent one spoke".into());
        }
        other.read_exact(&mut [0])?;
    }
    Ok(each(start, events, MICROSECOND))
}

/// Two threads, each with a poller, wake each other in turn.
fn wake<W: Waits>(quick: bool) -> Result<f64> {
    let rounds = rounds(100_000, quick);
    let mut ours = W::new()?;
    let our_waker = ours.waker()?;
    let (tell, told) = std::sync::mpsc::channel();
    let peer = thread::spawn(move || -> std::result::Result<W::Waker, String> {
        let mut theirs = W::new().map_err(|e| e.to_string())?;
        let waker = theirs.waker().map_err(|e| e.to_string())?;
        tell.send(waker).map_err(|e| e.to_string())?;
        for _ in 0..rounds {
            theirs.wait(|_| {}).map_err(|e| e.to_string())?;
            W::wake(&our_waker);
        }
        // mio's takes a wake that has not been seen with it when it is dropped.
        Ok(our_waker)
    });
    let their_waker = told.recv()?;
    let start = Instant::now();
    for _ in 0..rounds {
        W::wake(&their_waker);
        ours.wait(|_| {})?;
    }
    let took = each(start, rounds, MICROSECOND);
    drop(peer.join().map_err(|_| "the other thread panicked")??);
    Ok(took)
}

/// As a busy program does it: more wakes than waits.
fn wakes<W: Waits>(quick: bool) -> Result<f64> {
    const WAKES: usize = 1000;
    let waits = rounds(1000, quick);
    let mut ours = W::new()?;
    let waker = ours.waker()?;
    let start = Instant::now();
    for _ in 0..waits {
        for _ in 0..WAKES {
            W::wake(&waker);
        }
        ours.wait(|_| {})?;
    }
    Ok(each(start, waits * WAKES, NANOSECOND))
}

fn register<W: Waits>(quick: bool) -> Result<f64> {
    let rounds = rounds(500_000, quick);
    let waits = W::new()?;
    let (socket, _peer) = UnixStream::pair()?;
    let start = Instant::now();
    for _ in 0..rounds {
        waits.watch(black_box(&socket), 1)?;
        waits.unwatch(black_box(&socket))?;
    }
    Ok(each(start, rounds, NANOSECOND))
}
