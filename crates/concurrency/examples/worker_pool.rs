//! A fixed number of workers does any number of jobs, and the sums are those of one worker.
//!
//! A loan over 35 years, one job for each rate of interest. Tasks are cheap enough for one each; a
//! pool is there to bound how many are in work at once. Each job is told its worker's number, which
//! is always below the number of workers.

use std::num::NonZero;

use concurrency::patterns::pool::WorkerPool;
use concurrency::runtime::Runtime;

/// What is paid in all for 100 000 at a yearly rate, in 35 years of equal instalments, in cents.
fn total(rate_per_mille: u32) -> u64 {
    let (months, monthly) = (35 * 12, f64::from(rate_per_mille) / 12_000.0);
    let growth = (1.0 + monthly).powi(months);
    let instalment = 10_000_000.0 * monthly * growth / (growth - 1.0);
    (instalment * f64::from(months)).round() as u64
}

fn main() {
    let workers = std::thread::available_parallelism().map_or(2, NonZero::get);
    let rates: Vec<u32> = (1..=100).collect();
    let (totals, done) = Runtime::new().block_on(async {
        let pool = WorkerPool::new(workers, 4);
        let mut jobs = Vec::new();
        for &rate in &rates {
            jobs.push(pool.submit(move |worker| (worker, total(rate))).await);
        }
        let mut totals = Vec::new();
        for job in jobs {
            let (worker, total) = *job.get_async().await.expect("no job panics");
            assert!(worker < workers);
            totals.push(total);
        }
        (totals, pool.close().await)
    });
    println!(
        "at 1.5 %: {}; jobs of each worker: {done:?}",
        totals[14] / 100
    );
    assert_eq!(
        totals,
        rates.iter().map(|&rate| total(rate)).collect::<Vec<_>>()
    );
    assert_eq!(done.iter().sum::<u64>(), 100);
}
