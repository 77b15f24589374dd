//! Waiting without sleeping, for a very short time.
//!
//! Putting a thread to sleep and waking it costs two system calls and, when the other thread is on
//! another core, some 10 µs. What the other side is doing is often done in less. But spinning takes
//! the processor from whoever might be doing it, so it is short, at most about what sleeping would
//! cost, and is left out where there is only one core.
//!
//! Giving the time slice away (`sched_yield`) looks like a compromise, and crossbeam does it before it
//! sleeps; but on a busy machine others then take the processor for milliseconds, while a sleeper
//! that is woken gets it at once. So it is kept for what cannot be slept on: the few instructions in
//! the middle of which another thread was interrupted.

use crate::sync::{hint, thread};

/// Rounds of pauses, each twice as long as the one before: 1 to 64 pauses.
const SPINS: u32 = 7;
/// How long one has been waiting.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    round: u32,
}

impl Backoff {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits a little for another thread to finish what it has begun; each time a little longer.
    #[cold]
    pub(crate) fn snooze(&mut self) {
        if self.round < SPINS && cores() > 1 {
            pause(1 << self.round);
        } else {
            thread::yield_now();
        }
        self.round += 1;
    }

    /// Waits a little, unless it is time to sleep.
    pub(crate) fn try_again(&mut self) -> bool {
        let is_worth_it = self.round < SPINS && cores() > 1;
        if is_worth_it {
            self.snooze();
        }
        is_worth_it
    }
}

/// Leaves the memory alone for about as long as a cache line takes to come back, after another core
/// was faster.
pub(crate) fn pause(times: u32) {
    for _ in 0..times {
        hint::spin_loop();
    }
}

#[cfg(not(any(loom, shuttle)))]
fn cores() -> usize {
    use std::sync::OnceLock;

    static CORES: OnceLock<usize> = OnceLock::new();
    *CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// In a model, who waits lets the others go on.
#[cfg(any(loom, shuttle))]
fn cores() -> usize {
    1
}
