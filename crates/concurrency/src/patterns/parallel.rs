//! A loop whose turns run at the same time.

use std::ops::Range;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::runtime::{Handle, checkpoint, spawn};

/// Runs `body` for each number of `range`, on all Ps; returns when it has been run for all.
///
/// The caller begins at once, and one task for each other P helps it: what is done before the first
/// of them is awake need not be waited for. All fetch `grain` numbers at a time from a common counter,
/// so one whose numbers are quickly done takes more of them. The larger the grain, the less often they
/// meet at the counter; below some microseconds of work a grain, the sequential loop wins.
///
/// The body owns what it uses, since a task may outlive its spawner: what is common goes into an
/// [`Arc`], and what is changed behind a lock or an atomic. `std::thread::scope` and rayon can
/// lend.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
/// use concurrency::patterns::parallel::parallel_for;
/// use concurrency::runtime::Runtime;
///
/// let sum = Arc::new(AtomicUsize::new(0));
/// let total = Arc::clone(&sum);
/// Runtime::new().block_on(parallel_for(0..1000, 50, move |n| {
///     total.fetch_add(n, Ordering::Relaxed);
/// }));
/// assert_eq!(sum.load(Ordering::Relaxed), 499_500);
/// ```
///
/// # Panics
///
/// If the body does, once no turn is running any more. Outside of a runtime.
pub async fn parallel_for(
    range: Range<usize>,
    grain: usize,
    body: impl Fn(usize) + Send + Sync + 'static,
) {
    let grain = grain.max(1);
    let processors = Handle::current()
        .expect("parallel_for needs a runtime")
        .processors();
    let hands = processors.min(range.len().div_ceil(grain));
    let work = Arc::new(Loop {
        next: AtomicUsize::new(0),
        range,
        grain,
        body,
    });
    let helpers: Vec<_> = (1..hands)
        .map(|_| {
            let work = Arc::clone(&work);
            spawn(async move { work.run().await })
        })
        .collect();
    let mut done = work.run().await;
    for helper in helpers {
        let helped = helper.await.unwrap_or_else(|error| error.resume());
        done = done.and(helped);
    }
    if let Err(panic) = done {
        panic::resume_unwind(panic);
    }
}

struct Loop<B> {
    /// Counted from 0, whatever the range's start.
    next: AtomicUsize,
    range: Range<usize>,
    grain: usize,
    body: B,
}

impl<B: Fn(usize)> Loop<B> {
    /// Takes parts until there are none; after a panic of the body, which it gives, none either.
    async fn run(&self) -> thread::Result<()> {
        while let Some(part) = self.take() {
            // The caller must not leave by it while others still work. It ends there in any case, so
            // nobody sees what was left half done.
            panic::catch_unwind(AssertUnwindSafe(|| part.for_each(&self.body)))?;
            checkpoint().await;
        }
        Ok(())
    }

    fn take(&self) -> Option<Range<usize>> {
        let length = self.range.len();
        // Not past the end: the counter would overflow one day.
        let from = self
            .next
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |next| {
                (next < length).then(|| next.saturating_add(self.grain))
            })
            .ok()?;
        let to = from.saturating_add(self.grain).min(length);
        Some(self.range.start + from..self.range.start + to)
    }
}
