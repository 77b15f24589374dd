//! Stage two: the queue is a ring, and senders and receivers sleep apart.
//!
//! # Invariants
//!
//! - `slots[receive_index]` holds the oldest value when `count` is not 0; from there on, round the
//!   end, `count` slots are full, and `send_index` is the first free one behind them.
//! - Both indices run from 0 to `slots.len() - 1` and wrap. They are equal when the ring is empty,
//!   and also when it is full: `count` tells these apart.
//!
//! A value makes work for one receiver, and room for one sender, so one sleeper of that side is
//! woken (`notify_one`). With one condition variable for both sides that would be an error: the one
//! woken could be a sleeper that the news does not help, and it would keep the news to itself.

use std::sync::{Condvar, Mutex};

use super::Stage;
use crate::error::{CloseError, RecvError, SendError};

/// A ring buffer with a lock, for threads.
#[derive(Debug)]
pub struct Ring<T> {
    state: Mutex<State<T>>,
    not_full: Condvar,
    not_empty: Condvar,
}

/// The field names in brackets are those of Go's `hchan`.
#[derive(Debug)]
struct State<T> {
    /// The buffer (`buf`); its length is the capacity (`dataqsiz`).
    slots: Box<[Option<T>]>,
    /// Values in it (`qcount`).
    count: usize,
    /// Where the next value goes (`sendx`).
    send_index: usize,
    /// Where the next value comes from (`recvx`).
    receive_index: usize,
    closed: bool,
}

impl<T> State<T> {
    fn push(&mut self, value: T) {
        self.slots[self.send_index] = Some(value);
        self.send_index = (self.send_index + 1) % self.slots.len();
        self.count += 1;
    }

    fn pop(&mut self) -> Option<T> {
        let value = self.slots[self.receive_index].take()?;
        self.receive_index = (self.receive_index + 1) % self.slots.len();
        self.count -= 1;
        Some(value)
    }

    fn is_full(&self) -> bool {
        self.count == self.slots.len()
    }
}

impl<T: Send> Stage<T> for Ring<T> {
    fn with_capacity(capacity: usize) -> Self {
        assert!(capacity > 0, "a meeting takes stage three");
        let state = State {
            slots: (0..capacity).map(|_| None).collect(),
            count: 0,
            send_index: 0,
            receive_index: 0,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            not_full: Condvar::new(),
            not_empty: Condvar::new(),
        }
    }

    fn send(&self, value: T) -> Result<(), SendError<T>> {
        let state = self.state.lock().unwrap();
        let must_wait = |s: &mut State<T>| !s.closed && s.is_full();
        let mut state = self.not_full.wait_while(state, must_wait).unwrap();
        if state.closed {
            return Err(SendError(value));
        }
        state.push(value);
        self.not_empty.notify_one();
        Ok(())
    }

    fn recv(&self) -> Result<T, RecvError> {
        let state = self.state.lock().unwrap();
        let must_wait = |s: &mut State<T>| !s.closed && s.count == 0;
        let mut state = self.not_empty.wait_while(state, must_wait).unwrap();
        let value = state.pop().ok_or(RecvError)?;
        self.not_full.notify_one();
        Ok(value)
    }

    /// Here all are woken: the end is news for everybody.
    fn close(&self) -> Result<(), CloseError> {
        let was_closed = std::mem::replace(&mut self.state.lock().unwrap().closed, true);
        self.not_full.notify_all();
        self.not_empty.notify_all();
        if was_closed { Err(CloseError) } else { Ok(()) }
    }
}
