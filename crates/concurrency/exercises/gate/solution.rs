//! A mutex holds the truth, a condition variable the sleepers. `wait_while` looks under the lock and
//! goes to sleep in one step with giving it back, so an `open` in between is not missed; it looks again
//! after each waking, since a thread may wake without having been called. All are called: the gate is
//! open to all.

use std::sync::{Condvar, Mutex, PoisonError};

/// Closed at first; once open it stays open.
#[derive(Default)]
pub struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    /// Lets all pass.
    pub fn open(&self) {
        *self.is_open.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.opened.notify_all();
    }

    /// Returns when the gate is open.
    pub fn pass(&self) {
        let is_open = self.is_open.lock().unwrap_or_else(PoisonError::into_inner);
        let _open = self
            .opened
            .wait_while(is_open, |is_open| !*is_open)
            .unwrap_or_else(PoisonError::into_inner);
    }
}
