//! When a turn of a loop does too little, one task for each turn is slower than the plain loop.
//!
//! A task costs some hundred nanoseconds to make, queue and end; an addition costs one. The table
//! shows at which length of a turn the two meet, on this machine now. With a grain, many turns
//! share one task's cost.

use std::hint::black_box;
use std::time::{Duration, Instant};

use concurrency::runtime::{Runtime, spawn};

fn turn(length: u64) -> u64 {
    (0..length).fold(1, |number, n| black_box(number ^ n))
}

const TURNS: u64 = 300;

fn sequential(length: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..TURNS {
        black_box(turn(length));
    }
    start.elapsed()
}

async fn task_for_each(length: u64) -> Duration {
    let start = Instant::now();
    let tasks: Vec<_> = (0..TURNS)
        .map(|_| spawn(async move { turn(length) }))
        .collect();
    for task in tasks {
        black_box(task.await.expect("it does not panic"));
    }
    start.elapsed()
}

fn main() {
    Runtime::new().block_on(async {
        let mut smallest = Vec::new();
        println!("   turn  loop       tasks");
        for length in [1, 100, 1_000, 10_000] {
            let mut best = (Duration::MAX, Duration::MAX);
            for _ in 0..5 {
                best.0 = best.0.min(sequential(length));
                best.1 = best.1.min(task_for_each(length).await);
            }
            println!("{length:7}  {:<9.1?}  {:.1?}", best.0, best.1);
            smallest.push(best);
        }
        let (in_loop, in_tasks) = smallest[0];
        assert!(in_loop < in_tasks, "one step is not worth a task");
    });
}
