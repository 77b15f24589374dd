//! Random things done to a handful of pipes: the poller must report what a model of the three modes
//! says, where poll(2) says what is ready, and mio what an edge is.

mod common;

use std::collections::BTreeSet;
use std::io::{ErrorKind, PipeReader, PipeWriter, Read, Write, pipe};
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

use common::cases;
use mio::unix::SourceFd;
use mmap::poller::{Events, Interest, Mode, Poller, Token, set_nonblocking};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const PIPES: usize = 4;

#[derive(Debug, Clone)]
enum Step {
    Write(usize),
    Read(usize, usize),
    CloseWriter(usize),
    /// Adds it, or modifies it if it is there.
    Watch(usize, Mode),
    Delete(usize),
    /// Makes a new pipe under the same token: the old one is closed while it is being watched.
    Replace(usize),
    Wake,
    Wait,
}

fn step() -> impl Strategy<Value = Step> {
    let pipe = || 0..PIPES;
    let mode = select(vec![Mode::Level, Mode::Edge, Mode::OneShot]);
    prop_oneof![
        6 => pipe().prop_map(Step::Write),
        4 => (pipe(), 1..4usize).prop_map(|(n, bytes)| Step::Read(n, bytes)),
        1 => pipe().prop_map(Step::CloseWriter),
        5 => (pipe(), mode).prop_map(|(n, mode)| Step::Watch(n, mode)),
        1 => pipe().prop_map(Step::Delete),
        1 => pipe().prop_map(Step::Replace),
        1 => Just(Step::Wake),
        8 => Just(Step::Wait),
    ]
}

struct Pipe {
    reader: PipeReader,
    writer: Option<PipeWriter>,
    watched: Option<Watched>,
}

/// The model: whether something is to be told, should it be ready when somebody waits.
struct Watched {
    mode: Mode,
    news: bool,
}

impl Pipe {
    fn new() -> Self {
        let (reader, writer) = pipe().unwrap();
        set_nonblocking(&reader, true).unwrap();
        Pipe {
            reader,
            writer: Some(writer),
            watched: None,
        }
    }

    fn is_ready(&self) -> bool {
        let mut asked = [PollFd::new(self.reader.as_fd(), PollFlags::POLLIN)];
        poll(&mut asked, PollTimeout::ZERO).unwrap() > 0
    }

    fn something_new(&mut self) {
        if let Some(watched) = &mut self.watched
            && watched.mode == Mode::Edge
        {
            watched.news = true;
        }
    }

    /// Whether a wait reports it now.
    fn is_reported(&mut self) -> bool {
        let ready = self.is_ready();
        let Some(watched) = &mut self.watched else {
            return false;
        };
        let reported = ready && watched.news;
        watched.news = match watched.mode {
            Mode::Level => true,
            Mode::Edge => false,
            Mode::OneShot => watched.news && !ready,
        };
        reported
    }
}

struct World {
    pipes: Vec<Pipe>,
    poller: Poller,
    /// Watches those that are watched by edge.
    mio: mio::Poll,
    woken: bool,
}

impl World {
    fn new() -> Self {
        World {
            pipes: (0..PIPES).map(|_| Pipe::new()).collect(),
            poller: Poller::new().unwrap(),
            mio: mio::Poll::new().unwrap(),
            woken: false,
        }
    }

    fn perform(&mut self, step: &Step) {
        match *step {
            Step::Write(n) => self.write(n),
            Step::Read(n, bytes) => self.read(n, bytes),
            Step::CloseWriter(n) => {
                if self.pipes[n].writer.take().is_some() {
                    self.pipes[n].something_new();
                }
            }
            Step::Watch(n, mode) => self.watch(n, mode),
            Step::Delete(n) => self.delete(n),
            Step::Replace(n) => self.pipes[n] = Pipe::new(),
            Step::Wake => {
                self.poller.waker().wake().unwrap();
                self.woken = true;
            }
            Step::Wait => self.wait(),
        }
    }

    fn write(&mut self, n: usize) {
        if let Some(writer) = &mut self.pipes[n].writer {
            writer.write_all(b"x").unwrap();
            self.pipes[n].something_new();
        }
    }

    fn read(&mut self, n: usize, bytes: usize) {
        if let Err(error) = self.pipes[n].reader.read(&mut vec![0; bytes]) {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
        }
    }

    fn watch(&mut self, n: usize, mode: Mode) {
        self.forget_in_mio(n);
        let pipe = &mut self.pipes[n];
        let (token, interest) = (Token(n), Interest::READABLE);
        let outcome = match pipe.watched {
            Some(_) => self.poller.modify(&pipe.reader, token, interest, mode),
            None => self.poller.add(&pipe.reader, token, interest, mode),
        };
        outcome.unwrap();
        pipe.watched = Some(Watched { mode, news: true });
        if mode == Mode::Edge {
            let (fd, interest) = (pipe.reader.as_raw_fd(), mio::Interest::READABLE);
            self.mio
                .registry()
                .register(&mut SourceFd(&fd), mio::Token(n), interest)
                .unwrap();
        }
    }

    fn delete(&mut self, n: usize) {
        self.forget_in_mio(n);
        let pipe = &mut self.pipes[n];
        let deleted = self.poller.delete(&pipe.reader);
        match pipe.watched.take() {
            Some(_) => deleted.unwrap(),
            None => assert_eq!(deleted.unwrap_err().kind(), ErrorKind::NotFound),
        }
    }

    fn forget_in_mio(&mut self, n: usize) {
        let pipe = &self.pipes[n];
        if matches!(&pipe.watched, Some(watched) if watched.mode == Mode::Edge) {
            let fd = pipe.reader.as_raw_fd();
            let registry = self.mio.registry();
            registry.deregister(&mut SourceFd(&fd)).unwrap();
        }
    }

    fn wait(&mut self) {
        let mut events = Events::with_capacity(2 * PIPES);
        self.poller.wait(&mut events, Some(Duration::ZERO)).unwrap();
        let reported: BTreeSet<usize> = events.iter().map(|event| event.token().0).collect();
        assert_eq!(reported.len(), events.len(), "each once: {events:?}");
        assert!(events.iter().all(|event| event.is_readable()));
        assert_eq!(events.woken(), std::mem::take(&mut self.woken));

        let by_edge: BTreeSet<usize> = (0..PIPES)
            .filter(|n| matches!(&self.pipes[*n].watched, Some(w) if w.mode == Mode::Edge))
            .collect();
        let mut theirs = mio::Events::with_capacity(2 * PIPES);
        self.mio.poll(&mut theirs, Some(Duration::ZERO)).unwrap();
        let theirs: BTreeSet<usize> = theirs.iter().map(|event| event.token().0).collect();
        assert_eq!(&reported & &by_edge, theirs, "what mio reports");

        let expected: BTreeSet<usize> = (0..PIPES)
            .filter(|n| self.pipes[*n].is_reported())
            .collect();
        assert_eq!(reported, expected, "what the model reports");
    }
}

proptest! {
    #![proptest_config(cases(1000))]

    #[test]
    fn reports_what_the_model_says(steps in vec(step(), 0..80)) {
        let mut world = World::new();
        for step in &steps {
            world.perform(step);
        }
        world.perform(&Step::Wait);
    }
}
