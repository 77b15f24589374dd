//! Three steps that need one another take the sum of their times, however many Ps there are.
//!
//! Tasks make a program faster where there are things that do not depend on each other. A chain of
//! `one > two > three` put into three tasks is still a chain, with the cost of three tasks on top. The same
//! three steps for three *different* requests do overlap: that is where to look for parallelism.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, sleep, spawn};

const STEP: Duration = Duration::from_millis(100);

/// What is in the middle of a step, and the most that ever was.
#[derive(Default)]
struct Steps {
    now: AtomicUsize,
    most: AtomicUsize,
}

async fn step(steps: Arc<Steps>, input: u32) -> u32 {
    let now = steps.now.fetch_add(1, Ordering::SeqCst) + 1;
    steps.most.fetch_max(now, Ordering::SeqCst);
    sleep(STEP).await;
    steps.now.fetch_sub(1, Ordering::SeqCst);
    input * 10 + 1
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(8).build()?;
    runtime.block_on(async {
        let (chain, start) = (Arc::new(Steps::default()), Instant::now());
        let mut value = 0;
        for _ in 0..3 {
            value = spawn(step(Arc::clone(&chain), value)).await?;
        }
        let (took, at_once) = (start.elapsed(), chain.most.load(Ordering::SeqCst));
        println!("a chain of three: {value} in {took:?}, {at_once} at once");
        assert_eq!((value, at_once), (111, 1));
        assert!(took >= 3 * STEP, "the sum");

        let (apart, start) = (Arc::new(Steps::default()), Instant::now());
        let tasks = [0, 1, 2].map(|input| spawn(step(Arc::clone(&apart), input)));
        let mut values = Vec::new();
        for task in tasks {
            values.push(task.await?);
        }
        let (took, at_once) = (start.elapsed(), apart.most.load(Ordering::SeqCst));
        println!("three apart: {values:?} in {took:?}, {at_once} at once");
        assert_eq!((values, at_once), (vec![1, 11, 21], 3));
        assert!(took >= STEP, "the longest");
        Ok(())
    })
}
