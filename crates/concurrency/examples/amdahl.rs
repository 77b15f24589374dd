//! However many workers there are, the part of a job that cannot be divided remains.
//!
//! Amdahl's law: with a divisible share P, N workers are 1/((1 − P) + P/N) times as fast. With P =
//! 0.5 the limit is 2, with 0.9 it is 10. The jobs here wait instead of computing, so each worker
//! has all it needs, and yet none gets above the curve: waiting is never shorter than it was asked
//! for. The tool's `amdahl` command draws it.

use std::time::Duration;

use concurrency::amdahl::measure::{Job, Work};
use concurrency::amdahl::{limit, speed_up};

fn main() {
    for (parallel, at_most) in [(0.5, 2.0), (0.9, 10.0)] {
        println!("P = {parallel}: limit {:.0}", limit(parallel));
        assert!((limit(parallel) - at_most).abs() < 1e-9);
        assert!(speed_up(parallel, 1_000_000) < at_most);

        let job = Job {
            work: Work::Wait,
            length: Duration::from_millis(100),
            parallel,
        };
        for point in job.measure(&[1, 2, 4, 8], 1) {
            let law = speed_up(parallel, point.workers);
            println!(
                "  {} workers: {:.2} of {law:.2}",
                point.workers, point.speed_up
            );
            assert!(point.speed_up <= law + 0.001);
        }
    }
}
