//! Waiting without sleeping, for a short time.
//!
//! Putting a thread to sleep and waking it costs two system calls and, when the other thread is on
//! another core, some 10 to 50 µs. What the other side is doing is often done in less. So a thread
//! that waits first stays awake for a while, but gives its core to whoever wants it (`sched_yield`).
//! That may well be the very thread it waits for: then a message costs a switch between two threads
//! of one core, and not a sleep and a wake-up; and what they share stays in that core's cache.
//!
//! To spin instead, as most do, holds on to the core that the other thread may need. And a yield has
//! two faults of its own. Where messages are rare it costs processor time for nothing. And where
//! another program computes, that one takes the core and keeps it for milliseconds, while a sleeper
//! that is woken gets it back at once. Therefore each thread keeps account of what became of its
//! yields lately, and leaves them out where they do not pay: see [`Credit`].

use std::cell::Cell;
use std::time::{Duration, Instant};

use crate::sync::{hint, thread};

/// How often a thread gives its core away when it thinks that this will pay. Where nobody wants the core
/// that takes half a microsecond each time, so it loses at most about what a sleep and a wake-up cost.
const YIELDS: u32 = 64;
/// Who did not get the core back for so long was not waiting for its peer, but for another program.
const TIME_SLICE: Duration = Duration::from_millis(1);
/// Rounds of pauses, each twice as long as the one before, while another thread is in the middle of a
/// few instructions.
const PAUSES: u32 = 3;

/// Waiting a little for another thread to finish what it has begun. That one runs, and needs a few
/// nanoseconds, or was interrupted, and needs a core.
#[derive(Debug)]
pub(crate) struct Snooze {
    round: u32,
}

impl Snooze {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { round: 0 }
    }

    /// In two parts, so that who never snoozes keeps the number in a register, and mostly sets none.
    #[inline]
    pub(crate) fn snooze(&mut self) {
        Self::round(self.round);
        self.round += 1;
    }

    #[cold]
    fn round(number: u32) {
        if number < PAUSES && cores() > 1 {
            pause(1 << number);
        } else {
            thread::yield_now();
        }
    }
}

/// How long one has been waiting.
#[derive(Debug, Default)]
pub(crate) struct Backoff {
    round: u32,
    /// How many rounds there are before it is time to sleep, once that is known.
    rounds: Option<u32>,
    is_over: bool,
}

impl Backoff {
    #[inline]
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Waits a little, unless it is time to sleep, or later than the deadline.
    pub(crate) fn try_again(&mut self, deadline: Option<Instant>) -> bool {
        // A model explores both orders anyway, and each more round is more to explore.
        if self.is_over || cfg!(any(loom, shuttle)) {
            return false;
        }
        let rounds = *self
            .rounds
            .get_or_insert_with(|| change_credit(Credit::yields));
        self.is_over = self.round >= rounds;
        if self.is_over {
            change_credit(Credit::lose);
            return false;
        }
        let begin = Instant::now();
        if deadline.is_some_and(|deadline| begin >= deadline) {
            self.is_over = true;
            return false;
        }
        thread::yield_now();
        self.round += 1;
        if begin.elapsed() >= TIME_SLICE {
            change_credit(Credit::forfeit);
            self.rounds = Some(0);
        }
        true
    }

    /// What was waited for has come before it was time to sleep.
    pub(crate) fn succeed(&self) {
        if self.rounds.is_some_and(|rounds| self.round <= rounds) {
            change_credit(Credit::win);
        }
    }
}

/// Whether it has paid lately to stay awake. Each thread has its own: most wait for the same few
/// things again and again.
#[derive(Clone, Copy)]
struct Credit {
    /// How often it may fail before it is left out.
    left: u32,
    /// When it is left out: for how many waits yet, before it is tried once more.
    until_trial: u32,
    /// And for how many after that one. Each trial doubles it, and so does a lost time slice; each
    /// success takes one off.
    between_trials: u32,
}

impl Credit {
    const MOST: u32 = 8;
    /// A receiver of rare messages tries it once in so many of them, and ever less often.
    const SHORTEST: u32 = 32;
    const LONGEST: u32 = 1 << 14;

    const fn new() -> Self {
        Self {
            left: 0,
            until_trial: Self::SHORTEST,
            between_trials: Self::SHORTEST,
        }
    }

    /// How often to yield this time.
    fn yields(&mut self) -> u32 {
        if self.left == 0 {
            self.until_trial -= 1;
            if self.until_trial > 0 {
                return 0;
            }
            self.put_off();
        }
        YIELDS
    }

    fn win(&mut self) {
        self.left = (self.left + 1).min(Self::MOST);
        self.between_trials = (self.between_trials - 1).max(Self::SHORTEST);
    }

    fn lose(&mut self) {
        self.left = self.left.saturating_sub(1);
    }

    /// The core was gone for a whole time slice, in which one could have slept a hundred times.
    fn forfeit(&mut self) {
        self.left = 0;
        self.put_off();
    }

    fn put_off(&mut self) {
        self.between_trials = (2 * self.between_trials).min(Self::LONGEST);
        self.until_trial = self.between_trials;
    }
}

fn change_credit<R>(change: impl FnOnce(&mut Credit) -> R) -> R {
    thread_local! {
        static CREDIT: Cell<Credit> = const { Cell::new(Credit::new()) };
    }
    let mut credit = CREDIT.get();
    let answer = change(&mut credit);
    CREDIT.set(credit);
    answer
}

/// Leaves the memory alone for about as long as a cache line takes to come back, after another core
/// was faster.
#[inline]
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
