//! A thread that waits for signals, and can be called off.

use std::io::{self, PipeReader, PipeWriter};
use std::os::fd::AsFd;
use std::thread::{self, JoinHandle};

use crate::ready::first_readable;
use crate::signal::Received;
use crate::source::Signals;

/// The thread ends, and is waited for, when this is dropped.
#[derive(Debug)]
pub(crate) struct Watcher {
    /// Closing it calls the thread off.
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread waits with.
#[derive(Debug)]
pub(crate) struct Watch {
    source: Signals,
    stop: PipeReader,
}

impl Watcher {
    /// Runs `body` on a thread. It has to return when [`Watch::next`] gives `None`.
    pub(crate) fn spawn(
        source: Signals,
        body: impl FnOnce(Watch) + Send + 'static,
    ) -> io::Result<Self> {
        let (stop, closes) = io::pipe()?;
        let watch = Watch { source, stop };
        let thread = thread::Builder::new()
            .name("signals".into())
            .spawn(move || body(watch))?;
        Ok(Self {
            stop: Some(closes),
            thread: Some(thread),
        })
    }
}

impl Watch {
    /// The next signals; `None` once the watcher is dropped, or the wait has failed.
    pub(crate) fn next(&mut self) -> Option<Vec<Received>> {
        loop {
            let both = [self.stop.as_fd(), self.source.as_fd()];
            if first_readable(&both, None).ok()?? == 0 {
                return None;
            }
            let batch = self.source.try_batch().ok()?;
            if !batch.is_empty() {
                return Some(batch);
            }
        }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Its panic, if any, has been printed by itself.
            let _ = thread.join();
        }
    }
}
