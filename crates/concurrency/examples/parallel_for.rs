//! A loop whose turns do not depend on each other can run on all processors.
//!
//! `parallel_for` starts one task for each processor, and each fetches some of the numbers at a
//! time: a task for each number would spend more on tasks than on the work. Each turn is done once;
//! which task does it, and when, is open.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use concurrency::patterns::parallel::parallel_for;
use concurrency::runtime::Runtime;

fn main() {
    let squares: Arc<Vec<AtomicU32>> = Arc::new((0..100).map(|_| AtomicU32::new(0)).collect());
    let turns = Arc::clone(&squares);
    Runtime::new().block_on(parallel_for(0..100, 8, move |n| {
        // Added, so that a turn that is done twice shows.
        turns[n].fetch_add((n * n) as u32, Ordering::Relaxed);
    }));
    for (n, square) in squares.iter().enumerate() {
        assert_eq!(square.load(Ordering::Relaxed) as usize, n * n);
    }
    let sum: u32 = squares
        .iter()
        .map(|square| square.load(Ordering::Relaxed))
        .sum();
    println!("100 squares, each once; their sum is {sum}");
    assert_eq!(sum, 328_350);
}
