//! How an M sleeps: one token, that somebody gives and the sleeper takes.
//!
//! `std::thread::park` would do, were it not that anybody may unpark any thread at any time, and that
//! it is not to be had under loom. The token is an atomic word, so that giving and taking it costs
//! no lock as long as nobody sleeps.

use std::time::Instant;

use crate::primitive::atomic::{AtomicU8, Ordering};
use crate::primitive::{Condvar, Mutex};

const NONE: u8 = 0;
const TOKEN: u8 = 1;
const ASLEEP: u8 = 2;

#[derive(Debug)]
pub(crate) struct Parker {
    word: AtomicU8,
    lock: Mutex<()>,
    given: Condvar,
}

impl Parker {
    pub(crate) fn new() -> Self {
        Parker {
            word: AtomicU8::new(NONE),
            lock: Mutex::new(()),
            given: Condvar::new(),
        }
    }

    /// Takes the token, and sleeps until there is one. One thread only.
    pub(crate) fn park(&self) {
        if self.take() {
            return;
        }
        let mut guard = self.lock.lock().expect("nothing panics under this lock");
        if !self.fall_asleep() {
            return;
        }
        loop {
            guard = self
                .given
                .wait(guard)
                .expect("nothing panics under this lock");
            // Waking up may be a mistake: only the word counts.
            if self.take() {
                return;
            }
        }
    }

    /// The same, until `deadline` at the latest. True when it took the token.
    #[cfg(not(loom))]
    pub(crate) fn park_until(&self, deadline: Instant) -> bool {
        if self.take() {
            return true;
        }
        let mut guard = self.lock.lock().expect("nothing panics under this lock");
        if !self.fall_asleep() {
            return true;
        }
        loop {
            let rest = deadline.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                // Whoever gave it meanwhile has given it: then it is taken here.
                return self.word.swap(NONE, Ordering::AcqRel) == TOKEN;
            }
            (guard, _) = self
                .given
                .wait_timeout(guard, rest)
                .expect("nothing panics under this lock");
            if self.take() {
                return true;
            }
        }
    }

    #[cfg(loom)]
    pub(crate) fn park_until(&self, _: Instant) -> bool {
        self.park();
        true
    }

    /// Gives the token; a second one before it is taken is lost. Any thread.
    pub(crate) fn unpark(&self) {
        if self.word.swap(TOKEN, Ordering::AcqRel) == ASLEEP {
            // Between saying that it is asleep and being so, the sleeper holds the lock: once we have
            // had it, it hears us.
            drop(self.lock.lock().expect("nothing panics under this lock"));
            self.given.notify_one();
        }
    }

    fn take(&self) -> bool {
        self.word
            .compare_exchange(TOKEN, NONE, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// False when a token came first, which it takes.
    fn fall_asleep(&self) -> bool {
        let none = self
            .word
            .compare_exchange(NONE, ASLEEP, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok();
        if !none {
            self.word.swap(NONE, Ordering::AcqRel);
        }
        none
    }
}
