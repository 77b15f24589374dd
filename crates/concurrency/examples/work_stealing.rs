//! A P without work steals half of another's queue, in one grab.
//!
//! One task at a time would have the thief come back at once; all of them would turn the victim into
//! the next thief. Half balances two queues in one step, and a heap of tasks on one P spreads over n Ps in
//! about log n steps. The thief takes the oldest ones, for which the caches are cold anyway.
//!
//! Here 100 tasks are queued on the only P: one in the slot and 99 in the ring. Then there are two Ps.
//! The new one takes 50, and begins with the last of these, which stays until we have counted.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use concurrency::runtime::{Builder, spawn};

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let handle = runtime.handle();
    let counted = Arc::new(AtomicBool::new(false));

    let ran_on = runtime.block_on(async {
        let tasks: Vec<_> = (0..100)
            .map(|_| {
                let counted = Arc::clone(&counted);
                spawn(async move {
                    while !counted.load(Ordering::SeqCst) {
                        thread::yield_now();
                    }
                    thread::current().id()
                })
            })
            .collect();
        assert_eq!(handle.snapshot().each_processor[0].queue, 99);

        // This future keeps P 0 until it waits. P 1 is new, and has nothing of its own.
        handle.set_processors(2);
        let state = loop {
            let state = handle.snapshot();
            if state.each_processor[1].queue > 0 {
                break state;
            }
            thread::yield_now();
        };
        println!("{}", state.line());
        let [victim, thief] = [0, 1].map(|p| state.each_processor[p].queue);
        assert_eq!(victim, 49, "half stays");
        assert_eq!(thief, 49, "and half is there, of which one runs");

        counted.store(true, Ordering::SeqCst);
        let mut ran_on = HashSet::new();
        for task in tasks {
            ran_on.insert(task.await.expect("it runs to its end"));
        }
        ran_on
    });
    println!(
        "100 tasks, spawned on one P, ran on {} threads",
        ran_on.len()
    );
    Ok(())
}
