//! How far the work is, for somebody who watches and sees nothing else.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// Work that is over sooner needs no progress.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);
/// From the start of the line, and clear what was there.
const NEW_LINE: &str = "\r\x1b[K";

/// One line on standard error, drawn again and again. Failures to draw are no failures of the work.
#[derive(Debug)]
pub(crate) struct Progress {
    /// When to draw next; never when nobody watches.
    next: Option<Instant>,
    is_drawn: bool,
}

impl Progress {
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self {
            next: is_wanted.then(|| Instant::now() + PATIENCE),
            is_drawn: false,
        }
    }

    pub(crate) fn update(&mut self, done: usize, all: usize) {
        let now = Instant::now();
        if self.next.is_some_and(|next| next <= now) {
            self.next = Some(now + INTERVAL);
            self.is_drawn = true;
            let _ = write!(io::stderr(), "{NEW_LINE}{done} of {all} primes");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_drawn {
            let _ = write!(io::stderr(), "{NEW_LINE}");
        }
    }
}
