//! One task done in four ways: read so many bytes from each of several slow sources.
//!
//! Two questions divide the ways to wait for input. Does the call *block*, that is, does the thread
//! stand still until there is something? And who moves the bytes: does the program call for them
//! (*synchronous*: when `read` returns they are there), or does it hand over a buffer and is told
//! afterwards (*asynchronous*: they were moved while it did something else)?
//!
//! | | blocking | non-blocking |
//! |---|---|---|
//! | **synchronous** | [`blocking`]: the thread sleeps in `read` | [`polling`]: the thread asks again and again |
//! | **asynchronous** | [`multiplexed`]: the thread sleeps in `epoll_wait` for all | [`completed`]: the thread counts on, others sleep |
//!
//! The table is the one that the literature has, and its lower left corner is in dispute: a poller
//! says that a read *would not block*, and the read itself is as synchronous as any. What it makes
//! asynchronous is the waiting.
//!
//! [`tasks`] is the fifth: written like the first, run like the third. It is what Go does.

use std::io::{self, Read};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::thread;

use thiserror::Error;

use crate::poller::{Events, Interest, Mode, Poller, Token, set_nonblocking};

pub mod completion;
pub mod tasks;

use completion::Completions;

/// What was read, and what it took.
#[derive(Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The bytes, source by source.
    pub contents: Vec<Vec<u8>>,
    /// The costs.
    pub cost: Cost,
}

/// Where the waiting was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// Calls of `read` by the calling thread.
    pub reads: u64,
    /// How many of them came back with nothing (`EAGAIN`).
    pub would_block: u64,
    /// How often the calling thread waited for all sources at once.
    pub waits: u64,
    /// How many other threads were needed.
    pub threads: usize,
}

/// Why not everything was read.
#[derive(Debug, Error)]
pub enum GatherError {
    /// A source failed, or ended too early.
    #[error("cannot read from source {index}: {error}")]
    Source {
        /// Which, counted from 0.
        index: usize,
        /// Why; [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) when it ended.
        #[source]
        error: io::Error,
    },
    /// There was no poller, or no thread, to wait with.
    #[error("cannot wait for the sources: {0}")]
    Wait(#[source] io::Error),
}

/// Synchronous and blocking: one source after the other. While the first is silent, nobody looks
/// at the others.
pub fn blocking(sources: &mut [impl Read], length: usize) -> Result<Outcome, GatherError> {
    let mut gathering = Gathering::new(sources.len(), length);
    for (index, source) in sources.iter_mut().enumerate() {
        while gathering.wants(index) {
            gathering.read(index, source)?;
        }
    }
    Ok(gathering.finish())
}

/// Synchronous and non-blocking: asks each in turn until all have said everything. The thread never
/// waits and never rests; what it could do between two rounds is its own affair.
pub fn polling<S: Read + AsFd>(sources: &mut [S], length: usize) -> Result<Outcome, GatherError> {
    make_nonblocking(sources)?;
    let mut gathering = Gathering::new(sources.len(), length);
    while gathering.missing() {
        for (index, source) in sources.iter_mut().enumerate() {
            if gathering.wants(index) {
                gathering.read(index, source)?;
            }
        }
        thread::yield_now();
    }
    Ok(gathering.finish())
}

/// Multiplexed: the thread waits, but for all of them, and reads where there is something.
pub fn multiplexed<S: Read + AsFd>(
    sources: &mut [S],
    length: usize,
) -> Result<Outcome, GatherError> {
    make_nonblocking(sources)?;
    let mut gathering = Gathering::new(sources.len(), length);
    let poller = Poller::new().map_err(GatherError::Wait)?;
    for (index, source) in sources.iter().enumerate() {
        poller
            .add(source, Token(index), Interest::READABLE, Mode::Level)
            .map_err(at(index))?;
    }
    let mut events = Events::with_capacity(sources.len());
    while gathering.missing() {
        poller.wait(&mut events, None).map_err(GatherError::Wait)?;
        gathering.cost.waits += 1;
        for event in &events {
            let Token(index) = event.token();
            gathering.read(index, &mut sources[index])?;
            if !gathering.wants(index) {
                poller.delete(&sources[index]).map_err(at(index))?;
            }
        }
    }
    Ok(gathering.finish())
}

/// Asynchronous: the reads are handed over, and `meanwhile` is called for as long as none has been
/// completed.
pub fn completed<S: Read + Send + 'static>(
    sources: Vec<S>,
    length: usize,
    mut meanwhile: impl FnMut(),
) -> Result<Outcome, GatherError> {
    let mut gathering = Gathering::new(sources.len(), length);
    // A thread each, as they are slow; fewer would be correct as well.
    let threads = NonZero::new(sources.len()).unwrap_or(NonZero::<usize>::MIN);
    let mut reads = Completions::new(threads).map_err(GatherError::Wait)?;
    gathering.cost.threads = threads.get();
    for (index, source) in sources.into_iter().enumerate() {
        reads.submit(index, source, vec![0; length]);
    }
    while reads.in_flight() > 0 {
        let Some(completion) = reads.try_next() else {
            meanwhile();
            continue;
        };
        let index = completion.id;
        completion.result.map_err(at(index))?;
        gathering.contents[index] = completion.buffer;
    }
    Ok(Outcome {
        contents: gathering.contents,
        cost: gathering.cost,
    })
}

/// The contents as they grow.
struct Gathering {
    contents: Vec<Vec<u8>>,
    length: usize,
    cost: Cost,
}

impl Gathering {
    fn new(sources: usize, length: usize) -> Self {
        Gathering {
            contents: vec![Vec::with_capacity(length); sources],
            length,
            cost: Cost::default(),
        }
    }

    fn wants(&self, index: usize) -> bool {
        self.contents[index].len() < self.length
    }

    fn missing(&self) -> bool {
        (0..self.contents.len()).any(|index| self.wants(index))
    }

    /// One `read`, of which "not yet" is no error.
    fn read(&mut self, index: usize, source: &mut impl Read) -> Result<(), GatherError> {
        let content = &mut self.contents[index];
        let filled = content.len();
        content.resize(self.length, 0);
        let outcome = source.read(&mut content[filled..]);
        content.truncate(filled + *outcome.as_ref().unwrap_or(&0));
        self.cost.reads += 1;
        match outcome {
            Ok(0) => Err(at(index)(io::ErrorKind::UnexpectedEof.into())),
            Ok(_) => Ok(()),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => {
                    self.cost.would_block += 1;
                    Ok(())
                }
                io::ErrorKind::Interrupted => Ok(()),
                _ => Err(at(index)(error)),
            },
        }
    }

    fn finish(self) -> Outcome {
        Outcome {
            contents: self.contents,
            cost: self.cost,
        }
    }
}

fn make_nonblocking(sources: &[impl AsFd]) -> Result<(), GatherError> {
    for (index, source) in sources.iter().enumerate() {
        set_nonblocking(source, true).map_err(at(index))?;
    }
    Ok(())
}

fn at(index: usize) -> impl FnOnce(io::Error) -> GatherError {
    move |error| GatherError::Source { index, error }
}
