//! A task whose slice is over stops where it looks at the flag; a loop that never looks is not stopped.
//!
//! Before Go 1.14 sysmon made a goroutine stop by a false stack limit (`stackguard0 = stackPreempt`): each
//! function compares its stack with the limit when it begins, so the next call ran into the
//! scheduler. A loop without calls went on for ever, and with it whoever waited for its P.
//!
//! A task is a future and can be left only at an `.await`, so this is how it still is here, and in tokio:
//! sysmon raises a flag after 10 ms, and the runtime's own operations look at it; in a long computation
//! `checkpoint` does. (Go's answer since 1.14 is a signal, which takes a stack of one's own.)

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, checkpoint, spawn};

const SLICE: Duration = Duration::from_millis(10);

fn compute(time: Duration) {
    let start = Instant::now();
    while start.elapsed() < time {
        std::hint::spin_loop();
    }
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    runtime.block_on(async {
        let other_ran = Arc::new(AtomicBool::new(false));

        let seen = Arc::clone(&other_ran);
        let other = spawn(async move { seen.store(true, Ordering::SeqCst) });
        let seen = Arc::clone(&other_ran);
        let start = Instant::now();
        let polite = spawn(async move {
            while !seen.load(Ordering::SeqCst) {
                compute(Duration::from_millis(1));
                checkpoint().await;
            }
            start.elapsed()
        });
        let stopped = polite.await?;
        other.await?;
        println!("with checkpoints: the other task had its turn within {stopped:?}");
        // sysmon's clock starts when it first sees the new turn, or a moment before.
        assert!(stopped >= SLICE / 2, "not before its slice was over");

        other_ran.store(false, Ordering::SeqCst);
        let seen = Arc::clone(&other_ran);
        let other = spawn(async move { seen.store(true, Ordering::SeqCst) });
        let seen = Arc::clone(&other_ran);
        let tight = spawn(async move {
            compute(6 * SLICE);
            seen.load(Ordering::SeqCst)
        });
        let other_had_a_turn = tight.await?;
        other.await?;
        println!(
            "without: the other task had its turn in {:?}: {other_had_a_turn}",
            6 * SLICE
        );
        assert!(!other_had_a_turn);
        anyhow::Ok(())
    })
}
