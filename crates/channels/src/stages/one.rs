//! Stage one: a lock around a queue, and one condition variable for everybody.
//!
//! Each change wakes all sleepers, and each looks for itself whether it can go on. Nothing can be
//! overlooked that way, which is why to begin like this. The price shows with many sleepers: for one
//! value all wake, and all but one go back to sleep.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex};

use super::Stage;
use crate::error::{CloseError, RecvError, SendError};

/// A queue with a bound, for threads.
#[derive(Debug)]
pub struct Queue<T> {
    capacity: usize,
    state: Mutex<State<T>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T> {
    values: VecDeque<T>,
    closed: bool,
}

impl<T: Send> Stage<T> for Queue<T> {
    fn with_capacity(capacity: usize) -> Self {
        assert!(capacity > 0, "a meeting takes stage three");
        let state = State {
            values: VecDeque::with_capacity(capacity),
            closed: false,
        };
        Self {
            capacity,
            state: Mutex::new(state),
            changed: Condvar::new(),
        }
    }

    fn send(&self, value: T) -> Result<(), SendError<T>> {
        let must_wait = |s: &mut State<T>| !s.closed && s.values.len() == self.capacity;
        let state = self.state.lock().unwrap();
        let mut state = self.changed.wait_while(state, must_wait).unwrap();
        if state.closed {
            return Err(SendError(value));
        }
        state.values.push_back(value);
        self.changed.notify_all();
        Ok(())
    }

    fn recv(&self) -> Result<T, RecvError> {
        let must_wait = |s: &mut State<T>| !s.closed && s.values.is_empty();
        let state = self.state.lock().unwrap();
        let mut state = self.changed.wait_while(state, must_wait).unwrap();
        self.changed.notify_all();
        state.values.pop_front().ok_or(RecvError)
    }

    fn close(&self) -> Result<(), CloseError> {
        let was_closed = std::mem::replace(&mut self.state.lock().unwrap().closed, true);
        self.changed.notify_all();
        if was_closed { Err(CloseError) } else { Ok(()) }
    }
}
