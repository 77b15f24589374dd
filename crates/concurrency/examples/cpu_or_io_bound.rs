//! Twenty tasks that wait wait together; twenty that compute on one P do so one after the other.
//!
//! A task that waits for a disk, a network or a clock needs no processor meanwhile, so any number of them
//! overlap on one. A task that computes needs it all the time, and on one P more tasks make nothing faster.
//! So the first question to a slow program is which of the two it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, Runtime, sleep, spawn};

const TASKS: usize = 20;
const NAP: Duration = Duration::from_millis(200);

/// How many tasks have begun and not ended; the most that there were at once.
#[derive(Default)]
struct Inside {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Inside {
    fn enter(&self) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
    }

    fn leave(&self) {
        self.now.fetch_sub(1, Ordering::SeqCst);
    }
}

fn sum() -> u64 {
    (0..20_000_u64).map(|n| std::hint::black_box(n) % 7).sum()
}

/// Runs them all. How long it took, and how many were in the middle of it at once.
fn run(runtime: &Runtime, waits: bool) -> (Duration, usize) {
    let inside = Arc::new(Inside::default());
    let start = Instant::now();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let inside = Arc::clone(&inside);
                spawn(async move {
                    inside.enter();
                    if waits {
                        sleep(NAP).await;
                    } else {
                        assert!(sum() > 0);
                    }
                    inside.leave();
                })
            })
            .collect();
        for task in tasks {
            task.await.expect("it runs to its end");
        }
    });
    (start.elapsed(), inside.most.load(Ordering::SeqCst))
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let (time, at_once) = run(&runtime, true);
    println!("{TASKS} tasks that sleep {NAP:?}: {at_once} at once, {time:?} in all");
    assert_eq!(at_once, TASKS);
    assert!(
        time >= NAP && time < NAP * TASKS as u32,
        "one after the other it were {:?}",
        NAP * TASKS as u32
    );

    let (time, at_once) = run(&runtime, false);
    println!("{TASKS} tasks that compute: {at_once} at once, {time:?} in all");
    assert_eq!(at_once, 1, "there is one P");
    Ok(())
}
