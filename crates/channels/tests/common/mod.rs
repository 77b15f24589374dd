//! What the tests of this chapter share.

#![allow(dead_code, reason = "each test program uses a part")]

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// How long a test waits for what has to happen. A thorough search takes its time.
pub(crate) const DEADLINE: Duration = Duration::from_secs(600);

/// Runs a test that would hang for ever if somebody is not woken.
pub(crate) fn within_deadline<R: Send + 'static>(
    what: &str,
    test: impl FnOnce() -> R + Send + 'static,
) -> R {
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        // Nobody may be waiting any more.
        let _ = done.send(catch_unwind(AssertUnwindSafe(test)));
    });
    match wait.recv_timeout(DEADLINE) {
        Ok(result) => result.unwrap_or_else(|panic| resume_unwind(panic)),
        Err(_) => panic!("{what} did not end within {DEADLINE:?}"),
    }
}

/// Waits until something becomes true that no event tells of, such as that a thread sleeps.
pub(crate) fn eventually(what: &str, mut is_true: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_true() {
        assert!(begin.elapsed() < DEADLINE, "waited {DEADLINE:?} for {what}");
        thread::yield_now();
    }
}
