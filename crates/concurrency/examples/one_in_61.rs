//! One turn in 61 a P looks into the global queue first, so that nobody there waits for ever.
//!
//! A P's own queue comes first: no lock, warm caches. But two tasks that wake each other keep it filled
//! for ever, and a task in the global queue would starve. So each P counts its turns and begins every
//! 61st with the global queue. 61 is a prime, and keeps step with no pattern of a program.
//!
//! Here one task yields again and again, so that its P's queue is never empty, while another is put
//! into the global queue by a thread that has no P.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use concurrency::runtime::{Builder, Handle, spawn, yield_now};

/// Puts a task into the global queue after `before` turns. How many turns it waited there.
async fn turns_until_it_runs(handle: Handle, before: u32) -> u32 {
    for _ in 0..before {
        yield_now().await;
    }
    let has_run = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&has_run);
    let outside = handle.clone();
    let foreign =
        thread::spawn(move || outside.spawn(async move { flag.store(true, Ordering::SeqCst) }));
    let task = foreign.join().expect("it only spawns");
    assert_eq!(handle.snapshot().global_queue, 1);

    let mut turns = 0;
    while !has_run.load(Ordering::SeqCst) {
        turns += 1;
        yield_now().await;
    }
    task.await.expect("it has run");
    turns
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let waited = runtime.block_on(async {
        let mut waited = Vec::new();
        for before in [0, 20, 40] {
            let busy = spawn(turns_until_it_runs(handle.clone(), before));
            waited.push(busy.await.expect("it runs to its end"));
        }
        waited
    });
    println!("turns that a task in the global queue waited for: {waited:?}");
    assert!(waited.iter().all(|&turns| turns <= 61), "{waited:?}");
    assert!(
        waited.iter().any(|&turns| turns > 1),
        "it is not asked each time"
    );
    Ok(())
}
