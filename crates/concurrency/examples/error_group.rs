//! In an error group the first error is the answer, and the others are asked to stop.
//!
//! Three requests are one piece of work: when one fails, the rest is of no use. Go's `errgroup`
//! cancels a context that all of them have. It is a request: each task looks at it where it waits.
//! The group returns when *all* have ended, so nothing is left behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use concurrency::patterns::group::Group;
use concurrency::runtime::Runtime;

fn main() {
    let cancelled = Arc::new(AtomicU32::new(0));
    let outcome = Runtime::new().block_on(async {
        let mut group = Group::new();
        for _ in 0..3 {
            let cancelled = Arc::clone(&cancelled);
            group.spawn(|context| async move {
                // What they would be at is never ready.
                let _done = context.done().recv_async().await;
                cancelled.fetch_add(1, Ordering::Relaxed);
                Err("cancelled")
            });
        }
        group.spawn(|_| async { Err("no beans") });
        group.wait().await
    });
    println!("{outcome:?}, {cancelled:?} others were cancelled");
    assert_eq!(
        outcome,
        Err("no beans"),
        "the first, and not what came of it"
    );
    assert_eq!(cancelled.load(Ordering::Relaxed), 3);
}
