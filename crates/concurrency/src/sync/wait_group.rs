//! Waiting until a number of things are done.

use super::{const_new, futex};
use crate::primitive::atomic::{AtomicU32, Ordering};

/// Somebody sleeps until the count is 0.
const AWAITED: u32 = 1 << 31;
const COUNT: u32 = AWAITED - 1;

/// Counts what has begun and is not done; [`wait`](Self::wait) returns when nothing is left.
///
/// ```
/// use concurrency::sync::WaitGroup;
///
/// let group = WaitGroup::new();
/// group.add(3);
/// std::thread::scope(|scope| {
///     for _ in 0..3 {
///         scope.spawn(|| group.done());
///     }
///     group.wait();
///     assert_eq!(group.count(), 0);
/// });
/// ```
///
/// As in Go, `add` comes before the start of what it counts: done by that itself, it may come too
/// late for `wait`.
///
/// It can be used again when all who waited have gone on. Counted up before, they wait for the new
/// ones too, where Go panics if it notices.
#[derive(Debug)]
pub struct WaitGroup {
    state: AtomicU32,
}

impl WaitGroup {
    const_new! {
        /// Nothing to wait for.
        pub fn new() -> Self {
            WaitGroup { state: AtomicU32::new(0) }
        }
    }

    /// So many more.
    ///
    /// # Panics
    ///
    /// With 2³¹ or more in all.
    pub fn add(&self, number: u32) {
        let add = |state: u32| {
            let count = (state & COUNT).checked_add(number);
            count
                .filter(|count| *count <= COUNT)
                .map(|count| state & AWAITED | count)
        };
        self.state
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, add)
            .expect("a wait group counts to 2^31 - 1");
    }

    /// One less.
    ///
    /// # Panics
    ///
    /// When there is none: it was said to be done more often than it was added.
    pub fn done(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            assert!(state & COUNT > 0, "negative wait group counter");
            // With the last one nobody waits any more.
            let next = if state & COUNT == 1 { 0 } else { state - 1 };
            let changed =
                self.state
                    .compare_exchange_weak(state, next, Ordering::AcqRel, Ordering::Relaxed);
            match changed {
                Ok(_) if next == 0 && state & AWAITED != 0 => return futex::wake_all(&self.state),
                Ok(_) => return,
                Err(now) => state = now,
            }
        }
    }

    /// Waits until all are done. Then all that they did before can be seen.
    pub fn wait(&self) {
        loop {
            let state = self.state.load(Ordering::Acquire);
            if state & COUNT == 0 {
                return;
            }
            let waits = state | AWAITED;
            let told = state == waits
                || self
                    .state
                    .compare_exchange(state, waits, Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok();
            if told {
                // Counting down changes the word and wakes nobody but at 0.
                futex::wait(&self.state, waits);
            }
        }
    }

    /// How many are not done.
    pub fn count(&self) -> u32 {
        self.state.load(Ordering::Acquire) & COUNT
    }
}

impl Default for WaitGroup {
    fn default() -> Self {
        Self::new()
    }
}
