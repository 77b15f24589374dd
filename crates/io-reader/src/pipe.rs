//! A pipe inside one process: a meeting place of one writer and one reader, without a buffer.
//!
//! The kernel's pipe(2) takes bytes in and holds them (64 KiB on Linux) until somebody reads; its
//! write returns early. Here a write returns when the reader *has* the bytes, so when `write`
//! comes back the other side has got this far: the pipe moves data and is a synchronisation, like
//! an unbuffered channel. The price is that writing and then reading on one thread deadlocks.
//!
//! # Invariants
//!
//! - `offer[taken..]` are the bytes that the writer offers and the reader has not got. They are not
//!   empty only while a `write` call is waiting, so there is nothing to lose when the writer goes.
//! - Only the writer fills `offer`, and only when it is all taken. Only the reader moves `taken`.
//! - The writer waits while something is offered, the reader while nothing is: never both. One
//!   condition variable is therefore enough, and `notify_one` always wakes the right side.
//! - `writer` and `reader` leave `Open` once, and never come back.
//!
//! # The delicate moment
//!
//! A side that goes away must wake the other, or that one waits for ever. `Drop` does it, which
//! also runs when a panic unwinds the side's thread. The lock is held while the flag changes: a
//! sleeper that checked the flag before the change is already waiting when the wake-up comes,
//! since waiting and unlocking are one step.
//!
//! # Why the bytes are copied twice
//!
//! Go's `io.Pipe` hands the writer's slice to the reader, who copies from it. Rust's borrow checker
//! cannot see that the writer's thread stays asleep meanwhile, so lending `&[u8]` to another thread
//! like this takes `unsafe`. Offering a copy, [`PIECE`] bytes at a time, costs one `memcpy` and
//! bounds the memory whatever is written.

use std::io::{self, Read, Write};
use std::thread;

use sync::{Arc, Condvar, Mutex, MutexGuard};

/// How many bytes of a write are offered at a time.
pub const PIECE: usize = 64 * 1024;

/// Makes a pipe.
///
/// ```
/// use io_reader::pipe::pipe;
/// use std::io::{Read, Write};
/// use std::thread;
///
/// let (mut reader, mut writer) = pipe();
/// let producer = thread::spawn(move || writer.write_all(b"Hello"));
/// let mut text = String::new();
/// reader.read_to_string(&mut text)?;
/// assert_eq!(text, "Hello");
/// producer.join().unwrap()?;
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// Each side has one owner; it can move to another thread but not be cloned:
///
/// ```compile_fail,E0599
/// let (_reader, writer) = io_reader::pipe::pipe();
/// let second = writer.clone();
/// ```
pub fn pipe() -> (PipeReader, PipeWriter) {
    let shared = Arc::new(Shared {
        state: Mutex::new(State::default()),
        changed: Condvar::new(),
    });
    let reader = PipeReader {
        shared: Arc::clone(&shared),
    };
    (reader, PipeWriter { shared })
}

/// The side that reads. Dropping it makes writes fail with `BrokenPipe`.
#[derive(Debug)]
pub struct PipeReader {
    shared: Arc<Shared>,
}

/// The side that writes. Dropping it is the end of file for the reader, but when a panic drops
/// it, the reader gets an error: what it has may be cut short and must not pass for the whole.
#[derive(Debug)]
pub struct PipeWriter {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Signalled when the state changed so that the other side can go on.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    offer: Vec<u8>,
    /// How much of `offer` the reader has. At most its length.
    taken: usize,
    writer: Side,
    reader: Side,
}

#[derive(Debug, Default)]
enum Side {
    /// Will read or write more.
    #[default]
    Open,
    /// Dropped.
    Gone,
    /// Given up: the other side is told why.
    Failed(io::ErrorKind, String),
}

impl Read for PipeReader {
    /// Waits for a write and takes what fits of it; several reads may share one write. An empty
    /// `buf` gives 0 at once, without waiting.
    ///
    /// # Errors
    ///
    /// What the writer gave to [`PipeWriter::fail`]; `BrokenPipe` when the writer panicked.
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        let mut state = self.shared.lock();
        while state.unread().is_empty() {
            match &state.writer {
                Side::Open => state = self.shared.wait(state),
                Side::Gone => return Ok(0),
                Side::Failed(kind, why) => return Err(io::Error::new(*kind, why.clone())),
            }
        }
        let n = state.unread().read(buf)?;
        state.taken += n;
        if state.unread().is_empty() {
            self.shared.changed.notify_one();
        }
        Ok(n)
    }
}

impl Write for PipeWriter {
    /// Returns when the reader has all of `bytes`; at once when there are none.
    ///
    /// When the reader goes away in the middle, that is a short write: the number of bytes that
    /// it did read. The next write fails.
    ///
    /// # Errors
    ///
    /// `BrokenPipe` when the reader is gone and has read nothing of `bytes`.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = 0;
        for piece in bytes.chunks(PIECE) {
            let taken = self.offer(piece);
            written += taken;
            if taken < piece.len() {
                break;
            }
        }
        if written == 0 && !bytes.is_empty() {
            let text = "the reader of the pipe is gone";
            return Err(io::Error::new(io::ErrorKind::BrokenPipe, text));
        }
        Ok(written)
    }

    /// Does nothing: what was written has been read.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl PipeWriter {
    /// Ends the stream with an error instead of an end of file: the reader gets this kind and text
    /// from every read from now on. For a producer that cannot finish.
    #[doc(alias = "CloseWithError")]
    pub fn fail(self, error: &io::Error) {
        self.shared.lock().writer = Side::Failed(error.kind(), error.to_string());
        // Dropping `self` wakes the reader.
    }

    /// Waits until the reader has all of `piece`, or is gone; returns how much it took.
    fn offer(&mut self, piece: &[u8]) -> usize {
        let mut state = self.shared.lock();
        state.offer.clear();
        state.offer.extend_from_slice(piece);
        state.taken = 0;
        self.shared.changed.notify_one();
        while !state.unread().is_empty() && matches!(state.reader, Side::Open) {
            state = self.shared.wait(state);
        }
        // Nothing may stay on offer when no write is waiting.
        let taken = state.taken;
        state.offer.clear();
        state.taken = 0;
        taken
    }
}

impl Drop for PipeReader {
    fn drop(&mut self) {
        self.shared.lock().reader = Side::Gone;
        self.shared.changed.notify_one();
    }
}

impl Drop for PipeWriter {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if let Side::Open = state.writer {
            state.writer = if thread::panicking() {
                let why = "the writer of the pipe panicked before its end";
                Side::Failed(io::ErrorKind::BrokenPipe, why.to_owned())
            } else {
                Side::Gone
            };
        }
        drop(state);
        self.shared.changed.notify_one();
    }
}

impl State {
    fn unread(&self) -> &[u8] {
        &self.offer[self.taken..]
    }
}

impl Shared {
    // A panic while the lock is held is not possible: nothing of the caller's runs under it. So
    // a poisoned lock holds a whole state all the same.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(|p| p.into_inner())
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        self.changed.wait(state).unwrap_or_else(|p| p.into_inner())
    }
}

/// The locks, exchanged for loom's when the pipe is model-checked (`--cfg loom`).
mod sync {
    #[cfg(loom)]
    pub(super) use loom::sync::{Arc, Condvar, Mutex, MutexGuard};
    #[cfg(not(loom))]
    pub(super) use std::sync::{Arc, Condvar, Mutex, MutexGuard};
}
