//! A loop whose turns run at the same time.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::runtime::{Handle, checkpoint, spawn};

/// Runs `body` for each number of `range`, on all Ps; returns when it has been run for all.
///
/// There is one task for each P, and they fetch `grain` numbers at a time from a common counter: so
/// one whose numbers are quickly done takes more of them. The larger the grain, the less often they
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
/// If the body does, when all tasks are over. Outside of a runtime.
pub async fn parallel_for(
    range: Range<usize>,
    grain: usize,
    body: impl Fn(usize) + Send + Sync + 'static,
) {
    let grain = grain.max(1);
    let processors = Handle::current()
        .expect("parallel_for needs a runtime")
        .processors();
    let tasks = processors.min(range.len().div_ceil(grain));
    let work = Arc::new(Loop {
        next: AtomicUsize::new(0),
        range,
        grain,
        body,
    });
    let tasks: Vec<_> = (0..tasks)
        .map(|_| {
            let work = Arc::clone(&work);
            spawn(async move { work.run().await })
        })
        .collect();
    let mut panic = None;
    for task in tasks {
        if let Err(error) = task.await {
            panic.get_or_insert(error);
        }
    }
    if let Some(panic) = panic {
        panic.resume();
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
    async fn run(&self) {
        while let Some(part) = self.take() {
            part.for_each(&self.body);
            checkpoint().await;
        }
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
