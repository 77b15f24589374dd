//! Something that is done once, whoever comes first.

use super::{const_new, futex};
use crate::primitive::atomic::{AtomicU32, Ordering};

const NEW: u32 = 0;
const RUNNING: u32 = 1;
/// Running, and somebody sleeps until it is over.
const AWAITED: u32 = 2;
const DONE: u32 = 3;

/// Does one thing once; all who come meanwhile wait until it is done.
///
/// ```
/// use concurrency::sync::Once;
///
/// static START: Once = Once::new();
/// let mut runs = 0;
/// for _ in 0..3 {
///     START.call_once(|| runs += 1);
/// }
/// assert_eq!(runs, 1);
/// ```
#[derive(Debug)]
pub struct Once {
    state: AtomicU32,
}

impl Once {
    const_new! {
        /// Nothing is done yet.
        pub fn new() -> Self {
            Once { state: AtomicU32::new(NEW) }
        }
    }

    /// Whether it is done.
    pub fn is_done(&self) -> bool {
        self.state.load(Ordering::Acquire) == DONE
    }

    /// Does it, if nobody has. When it returns, it is done, and all that it wrote can be seen.
    ///
    /// If `work` panics it counts as not done, and the next one tries (Go's counts it as done).
    pub fn call_once(&self, work: impl FnOnce()) {
        // Done long ago is what nearly all calls find: one load, on x86 an ordinary one.
        if !self.is_done() {
            self.call_first(work);
        }
    }

    #[cold]
    fn call_first(&self, work: impl FnOnce()) {
        loop {
            let begin =
                self.state
                    .compare_exchange(NEW, RUNNING, Ordering::Acquire, Ordering::Acquire);
            match begin {
                Ok(_) => break,
                Err(DONE) => return,
                Err(_) => self.wait(),
            }
        }
        let mut run = Run {
            state: &self.state,
            outcome: NEW,
        };
        work();
        run.outcome = DONE;
    }

    fn wait(&self) {
        // Whatever it was, unless it is over: AWAITED.
        let told =
            self.state
                .compare_exchange(RUNNING, AWAITED, Ordering::Relaxed, Ordering::Relaxed);
        if matches!(told, Ok(_) | Err(AWAITED)) {
            futex::wait(&self.state, AWAITED);
        }
    }
}

impl Default for Once {
    fn default() -> Self {
        Self::new()
    }
}

/// While it runs. Its end, also by a panic, wakes who waits.
struct Run<'a> {
    state: &'a AtomicU32,
    outcome: u32,
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        if self.state.swap(self.outcome, Ordering::Release) == AWAITED {
            futex::wake_all(self.state);
        }
    }
}
