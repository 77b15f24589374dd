//! One input, many outputs, none of which can spoil the others.
//!
//! Every output has a thread of its own. The caller's thread reads a chunk and hands each of them a
//! reference to it ([`Arc`]): the bytes are not copied. There is a fixed number of chunks, so a *slow*
//! output is waited for: when all chunks are in its queue, reading pauses (back-pressure). A *broken*
//! output is set aside with its error, and the others go on.
//!
//! What was read is handed on at once, however little it is: somebody may be watching.

use std::fmt;
use std::io::{self, Read, Write};
use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, Scope, ScopedJoinHandle};

use crate::multi::{Failure, write_counted};
use crate::sink::Sink;

/// How much is read at once, if there is so much. Measured with a gigabyte to a file, from 8 KiB to
/// 512 KiB: with small chunks waking the threads costs as much as the copying, beyond 256 KiB nothing
/// is gained.
const CHUNK: usize = 256 * 1024;

/// How many chunks there are. What is read and not yet written everywhere is at most
/// `CHUNKS * CHUNK` bytes; with fewer chunks reading and writing wait for each other more often.
const CHUNKS: usize = 8;

/// A set of outputs, and then the run that feeds them.
///
/// ```
/// use io_writer::fan_out::FanOut;
///
/// let (mut one, mut two) = (Vec::new(), Vec::new());
/// let mut outputs = FanOut::new();
/// outputs.writer("one", &mut one);
/// outputs.writer("two", &mut two);
/// let report = outputs.run(&b"the stream"[..], |_| {});
/// assert_eq!((report.bytes, report.failures.len()), (10, 0));
/// assert_eq!((&one[..], &two[..]), (&b"the stream"[..], &b"the stream"[..]));
/// ```
pub struct FanOut<'a> {
    branches: Vec<Branch<'a>>,
    on_failure: Box<dyn Fn(&Failure) + Sync + 'a>,
}

/// How a run went.
#[derive(Debug)]
pub struct Report {
    /// How many bytes were read and handed to all outputs that were still there.
    pub bytes: u64,
    /// Why reading ended, if not by the end of the input.
    pub read_error: Option<io::Error>,
    /// The outputs that did not get everything, in the order they were added.
    pub failures: Vec<Failure>,
}

impl<'a> FanOut<'a> {
    /// No outputs yet.
    pub fn new() -> Self {
        FanOut {
            branches: Vec::new(),
            on_failure: Box::new(|_| {}),
        }
    }

    /// Has `report` called for each output that fails, at once and on that output's thread: a run
    /// may last for days, and [`Report`] comes at its end.
    pub fn on_failure(&mut self, report: impl Fn(&Failure) + Sync + 'a) {
        self.on_failure = Box::new(report);
    }

    /// Adds a sink; it is [finished](Sink::finish) at the end.
    pub fn sink(&mut self, name: impl Into<String>, sink: Sink) {
        self.push(name.into(), sink, false);
    }

    /// Adds any writer; it is flushed at the end.
    pub fn writer(&mut self, name: impl Into<String>, writer: impl Write + Send + 'a) {
        self.push(name.into(), Plain(writer), false);
    }

    /// Adds a writer whose reader decides how long the run lasts: when it is a closed pipe
    /// ([`BrokenPipe`](io::ErrorKind::BrokenPipe)) nothing more is read. This is what standard
    /// output is to most tools.
    pub fn leading_writer(&mut self, name: impl Into<String>, writer: impl Write + Send + 'a) {
        self.push(name.into(), Plain(writer), true);
    }

    fn push(&mut self, name: String, output: impl Output + 'a, leads: bool) {
        self.branches.push(Branch {
            name,
            output: Box::new(output),
            leads,
        });
    }

    /// Copies `input` to all outputs until it ends, fails, or nobody is left to write to; then
    /// finishes the outputs. `progress` is called after each chunk, with the number of bytes so far.
    ///
    /// That an output is broken or closed is noticed when something is written to it, so not while
    /// `input` is silent.
    pub fn run(self, input: impl Read, progress: impl FnMut(u64)) -> Report {
        let closed = AtomicBool::new(false);
        let on_failure = &*self.on_failure;
        thread::scope(|scope| {
            let (mut queues, threads): (Vec<_>, Vec<_>) = self
                .branches
                .into_iter()
                .map(|branch| branch.start(scope, &closed, on_failure))
                .unzip();
            let (bytes, read_error) = pump(input, &mut queues, &closed, progress);
            // All queues end before the first thread is waited for, so the outputs finish side by
            // side.
            drop(queues);
            let failures = threads.into_iter().filter_map(join).collect();
            Report {
                bytes,
                read_error,
                failures,
            }
        })
    }
}

impl Default for FanOut<'_> {
    fn default() -> Self {
        FanOut::new()
    }
}

impl fmt::Debug for FanOut<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.branches.iter().map(|branch| &branch.name))
            .finish()
    }
}

struct Branch<'a> {
    name: String,
    output: Box<dyn Output + 'a>,
    /// Whether the run ends when this is a closed pipe.
    leads: bool,
}

/// The way to a branch's thread; `None` once that has failed. It has no bound of its own, as the
/// number of chunks is the bound.
type Queue = Option<Sender<Arc<Chunk>>>;

type Thread<'scope> = ScopedJoinHandle<'scope, Option<Failure>>;

impl<'a> Branch<'a> {
    fn start<'scope>(
        self,
        scope: &'scope Scope<'scope, '_>,
        closed: &'scope AtomicBool,
        on_failure: &'scope (dyn Fn(&Failure) + Sync),
    ) -> (Queue, Thread<'scope>)
    where
        'a: 'scope,
    {
        let (queue, chunks) = channel();
        let thread = scope.spawn(move || {
            let (accepted, outcome) = drain(&chunks, self.output);
            let failure = Failure {
                name: self.name,
                accepted,
                error: outcome.err()?,
            };
            // Before `chunks` is dropped, from which the reading thread learns of the failure.
            if self.leads && failure.error.kind() == io::ErrorKind::BrokenPipe {
                closed.store(true, Ordering::Relaxed);
            }
            drop(chunks);
            on_failure(&failure);
            Some(failure)
        });
        (Some(queue), thread)
    }
}

/// A branch's thread: writes what comes, and finishes the output when no more does. Returns how many
/// bytes were taken.
fn drain(chunks: &Receiver<Arc<Chunk>>, mut output: Box<dyn Output + '_>) -> (u64, io::Result<()>) {
    let mut accepted = 0;
    for chunk in chunks {
        let bytes = &chunk.buffer[..chunk.len];
        if let Err(error) = write_counted(&mut output, bytes, &mut accepted) {
            return (accepted, Err(error));
        }
    }
    (accepted, output.finish())
}

fn join(thread: Thread<'_>) -> Option<Failure> {
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

trait Output: Write + Send {
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl Output for Sink {
    fn finish(self: Box<Self>) -> io::Result<()> {
        Sink::finish(*self)
    }
}

struct Plain<W>(W);

impl<W: Write + Send> Output for Plain<W> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads and hands on. Returns how much, and the error that ended it.
fn pump(
    mut input: impl Read,
    queues: &mut [Queue],
    closed: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> (u64, Option<io::Error>) {
    let (home, free) = channel();
    for _ in 0..CHUNKS {
        home.send(vec![0; CHUNK]).expect("`free` is in this scope");
    }
    let mut bytes = 0;
    loop {
        // Back-pressure: waits while all chunks are on their way.
        let mut buffer = free.recv().expect("`home` is in this scope");
        if closed.load(Ordering::Relaxed) || queues.iter().all(Option::is_none) {
            return (bytes, None);
        }
        let len = match read_some(&mut input, &mut buffer) {
            Ok(0) => return (bytes, None),
            Ok(n) => n,
            Err(error) => return (bytes, Some(error)),
        };
        let chunk = Arc::new(Chunk {
            buffer,
            len,
            home: home.clone(),
        });
        for queue in queues.iter_mut() {
            queue.take_if(|queue| queue.send(Arc::clone(&chunk)).is_err());
        }
        bytes += len as u64;
        progress(bytes);
    }
}

fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// Bytes on their way to all outputs. Whoever drops the last reference, be it an output that has
/// written them or the queue of one that failed, sends the buffer home to be filled again.
struct Chunk {
    buffer: Vec<u8>,
    len: usize,
    home: Sender<Vec<u8>>,
}

impl Drop for Chunk {
    fn drop(&mut self) {
        // Fails when the run is over and nobody reads any more.
        let _ = self.home.send(mem::take(&mut self.buffer));
    }
}
