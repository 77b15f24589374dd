//! Reads that are handed over and completed by somebody else.
//!
//! A poller says *when* to read. Here one says *what* to read, goes on, and finds the bytes in the
//! buffer when told. The kernel can do that (Linux's io_uring); where it cannot, threads do the
//! blocking reads, which is how glibc makes POSIX's `aio_read`, and how Go and tokio read files.
//!
//! Whoever does it writes into the buffer at a time of his own choosing. So the buffer must stay
//! where it is and nobody else may look at it: here it *moves* into the request and comes back with
//! the completion, and the compiler sees to the rest. In C that is a rule in a manual page.

use std::io::{self, Read};
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A fixed number of threads that read, and the reads they have been given.
///
/// Dropped while reads are in flight, it leaves its threads to finish them.
#[derive(Debug)]
pub struct Completions<S> {
    requests: Sender<Request<S>>,
    completions: Receiver<Completion<S>>,
    in_flight: usize,
}

/// A read that is over.
#[derive(Debug)]
pub struct Completion<S> {
    /// What [`submit`](Completions::submit) called it.
    pub id: usize,
    /// The source comes back.
    pub source: S,
    /// And the buffer, filled from the front; wholly if `result` is `Ok`.
    pub buffer: Vec<u8>,
    /// Why the buffer is not full.
    pub result: io::Result<()>,
}

#[derive(Debug)]
struct Request<S> {
    id: usize,
    source: S,
    buffer: Vec<u8>,
}

impl<S: Read + Send + 'static> Completions<S> {
    /// Starts the threads. With fewer of them than slow sources, some reads begin late.
    pub fn new(threads: NonZero<usize>) -> io::Result<Self> {
        let (requests, inbox) = channel();
        let (outbox, completions) = channel();
        let inbox = Arc::new(Mutex::new(inbox));
        for _ in 0..threads.get() {
            let (inbox, outbox) = (Arc::clone(&inbox), outbox.clone());
            thread::Builder::new().spawn(move || work(&inbox, &outbox))?;
        }
        Ok(Completions {
            requests,
            completions,
            in_flight: 0,
        })
    }

    /// Hands over a read that is to fill `buffer`, and returns at once. `source` should be blocking.
    pub fn submit(&mut self, id: usize, source: S, buffer: Vec<u8>) {
        let request = Request { id, source, buffer };
        self.requests.send(request).expect("the threads listen");
        self.in_flight += 1;
    }

    /// How many have been handed over and not come back.
    pub fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// A read that is over, if there is one.
    pub fn try_next(&mut self) -> Option<Completion<S>> {
        let completion = self.completions.try_recv().ok()?;
        self.in_flight -= 1;
        Some(completion)
    }

    /// Waits for a read to be over; `None` when none is in flight.
    pub fn wait(&mut self) -> Option<Completion<S>> {
        if self.in_flight == 0 {
            return None;
        }
        let completion = self.completions.recv().expect("a thread has it");
        self.in_flight -= 1;
        Some(completion)
    }
}

fn work<S: Read>(inbox: &Mutex<Receiver<Request<S>>>, outbox: &Sender<Completion<S>>) {
    loop {
        // The lock is held while this thread waits for a request, not while it reads.
        let request = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Request {
            id,
            mut source,
            mut buffer,
        }) = request
        else {
            return;
        };
        let result = source.read_exact(&mut buffer);
        let completion = Completion {
            id,
            source,
            buffer,
            result,
        };
        if outbox.send(completion).is_err() {
            return;
        }
    }
}
