//! Stage three: Go's `hchan`, after `runtime/chan.go`. Who waits stands in a queue, by name.
//!
//! A condition variable wakes somebody, who then has to look again, and may find that another was
//! faster. Here a sender that finds a waiting receiver lays the value into that one's hands and
//! wakes it: it has what it waited for, and nobody can come between. That is fair, needs no buffer,
//! and so gives capacity 0 for free.
//!
//! # Invariants
//!
//! - At least one of `receivers` and `senders` is empty.
//! - Somebody waits to receive only while the buffer is empty, and to send only while it is full.
//! - Who stands in a queue sleeps, or is about to; who is taken out of it has been served, by the
//!   one who took it out.
//!
//! # The cases
//!
//! | | send | receive |
//! |---|---|---|
//! | somebody waits at the other end | to the receiver, past the buffer | from the sender; with a buffer, its head, and the sender's value into the slot that became free |
//! | the buffer allows it | into the buffer | out of the buffer |
//! | otherwise | wait | closed: the end; open: wait |

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, Thread};

use super::Stage;
use crate::error::{CloseError, RecvError, SendError};

/// Go's channel, for threads.
#[derive(Debug)]
pub struct Hchan<T> {
    capacity: usize,
    state: Mutex<State<T>>,
}

#[derive(Debug)]
struct State<T> {
    /// At most `capacity` values. Stage two shows the ring that `VecDeque` is.
    buffer: VecDeque<T>,
    /// Who waits to receive (`recvq`).
    receivers: VecDeque<Arc<Sudog<T>>>,
    /// Who waits to send (`sendq`).
    senders: VecDeque<Arc<Sudog<T>>>,
    closed: bool,
}

/// A thread that waits, as it stands in a queue.
#[derive(Debug)]
struct Sudog<T> {
    thread: Thread,
    /// What a sender brings, or what a receiver gets (`elem`).
    element: Mutex<Option<T>>,
    /// It was taken out of the queue, and can go on.
    is_served: AtomicBool,
}

impl<T> Sudog<T> {
    fn new(element: Option<T>) -> Arc<Self> {
        Arc::new(Self {
            thread: thread::current(),
            element: Mutex::new(element),
            is_served: AtomicBool::new(false),
        })
    }

    fn put(&self, value: T) {
        *self.element.lock().unwrap() = Some(value);
    }

    fn take(&self) -> Option<T> {
        self.element.lock().unwrap().take()
    }

    /// Sleeps until it is served (`gopark`). `park` may also return without a reason.
    fn sleep(&self) {
        while !self.is_served.load(Ordering::Acquire) {
            thread::park();
        }
    }

    /// Lets the thread go on (`goready`).
    fn wake(&self) {
        self.is_served.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

impl<T: Send> Stage<T> for Hchan<T> {
    fn with_capacity(capacity: usize) -> Self {
        let state = State {
            buffer: VecDeque::with_capacity(capacity),
            receivers: VecDeque::new(),
            senders: VecDeque::new(),
            closed: false,
        };
        Self {
            capacity,
            state: Mutex::new(state),
        }
    }

    fn send(&self, value: T) -> Result<(), SendError<T>> {
        let mut state = self.state.lock().unwrap();
        if state.closed {
            return Err(SendError(value));
        }
        if let Some(receiver) = state.receivers.pop_front() {
            receiver.put(value);
            receiver.wake();
            return Ok(());
        }
        if state.buffer.len() < self.capacity {
            state.buffer.push_back(value);
            return Ok(());
        }
        let sudog = Sudog::new(Some(value));
        state.senders.push_back(Arc::clone(&sudog));
        drop(state);
        sudog.sleep();
        // Whoever received it has taken it away; nobody has when the channel was closed instead.
        sudog.take().map_or(Ok(()), |value| Err(SendError(value)))
    }

    fn recv(&self) -> Result<T, RecvError> {
        let mut state = self.state.lock().unwrap();
        if let Some(sender) = state.senders.pop_front() {
            let newest = sender.take().expect("a waiting sender has a value");
            state.buffer.push_back(newest);
            sender.wake();
        }
        if let Some(oldest) = state.buffer.pop_front() {
            return Ok(oldest);
        }
        if state.closed {
            return Err(RecvError);
        }
        let sudog = Sudog::new(None);
        state.receivers.push_back(Arc::clone(&sudog));
        drop(state);
        sudog.sleep();
        sudog.take().ok_or(RecvError)
    }

    fn close(&self) -> Result<(), CloseError> {
        let mut state = self.state.lock().unwrap();
        if std::mem::replace(&mut state.closed, true) {
            return Err(CloseError);
        }
        let State {
            receivers, senders, ..
        } = &mut *state;
        receivers.drain(..).for_each(|sudog| sudog.wake());
        senders.drain(..).for_each(|sudog| sudog.wake());
        Ok(())
    }
}
