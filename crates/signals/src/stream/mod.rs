//! Signals for threads and for async.
//!
//! [`Incoming`] is for a thread that waits: an iterator. [`SignalStream`] is for a task: a
//! [`futures_core::Stream`], which works on any executor, since a small thread of its own does the
//! waiting and wakes the task. A program that has a poller already needs neither, and gives it the
//! [`Signals`] themselves.

mod watcher;

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream;

pub(crate) use watcher::{Watch, Watcher};

use crate::signal::{Received, Signal};
use crate::source::{Signals, SourceError};

/// Signals, one after the other, for a thread that waits for them.
///
/// ```
/// use std::time::Duration;
/// use signals::signal::Signal;
/// use signals::{send, stream::Incoming};
///
/// let mut incoming = Incoming::new([Signal::USR1])?;
/// assert_eq!(incoming.next_timeout(Duration::ZERO)?, None);
/// send::raise(Signal::USR1)?;
/// for received in &mut incoming {
///     assert_eq!(received?.signal, Signal::USR1);
///     break;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Incoming {
    source: Signals,
    /// What was read and not yet given out.
    queue: VecDeque<Received>,
}

impl Incoming {
    /// Catches these signals, by a self-pipe, for as long as this lives.
    ///
    /// # Errors
    ///
    /// As [`Signals::new`].
    pub fn new(signals: impl IntoIterator<Item = Signal>) -> Result<Self, SourceError> {
        Signals::new(signals).map(Self::from)
    }

    /// The next one, or `None` if none has come in so long.
    ///
    /// # Errors
    ///
    /// As [`Signals::batch`].
    pub fn next_timeout(&mut self, limit: Duration) -> io::Result<Option<Received>> {
        self.next_within(Some(limit))
    }

    fn next_within(&mut self, limit: Option<Duration>) -> io::Result<Option<Received>> {
        if self.queue.is_empty() {
            self.queue.extend(self.source.batch(limit)?);
        }
        Ok(self.queue.pop_front())
    }
}

impl From<Signals> for Incoming {
    fn from(source: Signals) -> Self {
        Self {
            source,
            queue: VecDeque::new(),
        }
    }
}

/// Without an end.
impl Iterator for Incoming {
    type Item = io::Result<Received>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_within(None).transpose()
    }
}

/// Signals for a task. Its thread ends when it is dropped, and the dispositions come back.
#[derive(Debug)]
pub struct SignalStream {
    shared: Arc<Mutex<Shared>>,
    _watcher: Watcher,
}

#[derive(Debug, Default)]
struct Shared {
    queue: VecDeque<Received>,
    /// The task that found the queue empty.
    waker: Option<Waker>,
    /// The thread has met an error, and the stream is over.
    ended: bool,
}

impl SignalStream {
    /// Catches these signals, by a self-pipe, for as long as this lives.
    ///
    /// # Errors
    ///
    /// As [`Signals::new`], and [`SourceError::Failed`] without a thread.
    pub fn new(signals: impl IntoIterator<Item = Signal>) -> Result<Self, SourceError> {
        let source = Signals::new(signals)?;
        let shared = Arc::new(Mutex::new(Shared::default()));
        let other = Arc::clone(&shared);
        let watcher = Watcher::spawn(source, move |watch| fill(watch, &other));
        match watcher {
            Ok(watcher) => Ok(Self {
                shared,
                _watcher: watcher,
            }),
            Err(source) => Err(SourceError::Failed {
                call: "a thread for the signals",
                source,
            }),
        }
    }
}

/// Ends only if the thread of the stream fails to wait.
impl Stream for SignalStream {
    type Item = Received;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Received>> {
        let mut shared = lock(&self.shared);
        if let Some(received) = shared.queue.pop_front() {
            return Poll::Ready(Some(received));
        }
        if shared.ended {
            return Poll::Ready(None);
        }
        shared.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

fn fill(mut watch: Watch, shared: &Mutex<Shared>) {
    while let Some(batch) = watch.next() {
        let waker = {
            let mut shared = lock(shared);
            shared.queue.extend(batch);
            shared.waker.take()
        };
        // Not under the lock: the task may run at once.
        waker.into_iter().for_each(Waker::wake);
    }
    let mut shared = lock(shared);
    shared.ended = true;
    let waker = shared.waker.take();
    drop(shared);
    waker.into_iter().for_each(Waker::wake);
}

fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
