//! Our own threads with stacks, on one thread of the system: no stealing and no atomics, so what is measured is
//! the switch and the stack.

use std::time::Instant;

use concurrency::green::{JoinHandle, park, run, spawn, yield_now};

use crate::Result;
use crate::tasks::{YIELDING, check, each, resident};

const AT_ONCE: usize = 1000;
const PARKED: usize = 20_000;

fn join<T>(thread: JoinHandle<T>) -> T {
    thread
        .join()
        .unwrap_or_else(|_| panic!("a green thread panicked"))
}

/// In batches: the stacks of one are used again by the next.
pub(crate) fn spawn_and_join(count: usize) -> Result<f64> {
    let (elapsed, sum) = run(move || {
        let start = Instant::now();
        let mut sum = 0;
        for batch in 0..count / AT_ONCE {
            let threads: Vec<_> = (0..AT_ONCE)
                .map(|number| spawn(move || (batch * AT_ONCE + number) as u64))
                .collect();
            sum += threads.into_iter().map(join).sum::<u64>();
        }
        (start.elapsed(), sum)
    })?;
    check(sum, (count * (count - 1) / 2) as u64)?;
    Ok(each(elapsed, count))
}

pub(crate) fn parked(count: usize) -> Result<f64> {
    let count = count.min(PARKED);
    run(move || {
        let before = resident()?;
        let threads: Vec<_> = (0..count).map(|_| spawn(park)).collect();
        yield_now();
        let after = resident()?;
        for thread in threads {
            thread.thread().unpark();
            join(thread);
        }
        Ok((after - before) as f64 / count as f64)
    })?
}

pub(crate) fn yields(count: usize) -> Result<f64> {
    let (elapsed, total) = run(move || {
        let start = Instant::now();
        let threads: Vec<_> = (0..YIELDING)
            .map(|_| {
                spawn(move || {
                    for _ in 0..count / YIELDING {
                        yield_now();
                    }
                    (count / YIELDING) as u64
                })
            })
            .collect();
        let total = threads.into_iter().map(join).sum();
        (start.elapsed(), total)
    })?;
    check(total, count as u64)?;
    Ok(each(elapsed, count))
}
