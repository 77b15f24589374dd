//! To start and join a task costs less than a tenth of what a thread costs.
//!
//! A thread is `mmap` for its stack, `mprotect` for the guard, `clone3`, a place in the kernel's run queue, a
//! switch to it, a `futex` for the join, and `munmap`. A task is one allocation and two words in a queue.
//! Books say "a thousand times faster"; the truth depends on the machine, and is printed.
//!
//! Each is measured several times, and the best try counts: what disturbs a measurement makes it longer.

use std::thread;
use std::time::{Duration, Instant};

use concurrency::runtime::{Builder, spawn};

const TRIES: usize = 5;
const THREADS: u32 = 100;
const TASKS: u32 = 2000;

fn best(mut measure: impl FnMut() -> Duration) -> Duration {
    let tries = (0..TRIES).map(|_| measure());
    tries.min().expect("there is more than one")
}

fn threads() -> Duration {
    let start = Instant::now();
    for number in 0..THREADS {
        let thread = thread::spawn(move || number);
        assert_eq!(thread.join().expect("it returns a number"), number);
    }
    start.elapsed() / THREADS
}

async fn tasks() -> Duration {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|number| spawn(async move { number }))
        .collect();
    for (task, number) in tasks.into_iter().zip(0..) {
        assert_eq!(task.await.expect("it returns a number"), number);
    }
    start.elapsed() / TASKS
}

fn main() -> anyhow::Result<()> {
    let runtime = Builder::new().processors(1).build()?;
    let thread = best(threads);
    let task =
        best(|| runtime.block_on(async { spawn(tasks()).await.expect("it runs to its end") }));
    let ratio = thread.as_nanos() / task.as_nanos().max(1);
    println!("a thread: {thread:?}; a task: {task:?}; one thread is {ratio} tasks");
    assert!(ratio >= 10, "{ratio}");
    Ok(())
}
