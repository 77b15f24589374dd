//! A sieve with one thread for each prime is right, beautiful, and slower than a plain loop.
//!
//! The chain is the best known program of Go's school: a source sends 2, 3, 4 and so on, and each
//! filter drops the multiples of its prime. The first number that comes out of the last filter is
//! the next prime, which gets a filter of its own. Nothing is wrong with it, but the work on a
//! number is one division, and handing it on costs a hundred times that and more: concurrency that
//! structures a program is not parallelism that makes it fast.
//!
//! Go does it with goroutines of 2 KiB stack and leaves them waiting in the end. Here dropping the
//! last receiver makes the send before it fail, and so on back to the source, until all have ended.
//! A Rust programmer would take tasks for a chain as long as this (`tokio::spawn`, `mpsc`), and an
//! iterator with a list of primes for the sieve.

use std::thread::{self, JoinHandle};
use std::time::Instant;

use channels::{Receiver, channel};

const COUNT: usize = 100;

/// One link of the chain: a thread that sends the numbers on, until nobody receives any more.
fn link(
    mut numbers: impl Iterator<Item = u32> + Send + 'static,
) -> (Receiver<u32>, JoinHandle<()>) {
    let (tx, rx) = channel(0);
    let thread = thread::spawn(move || {
        let _nobody_receives = numbers.try_for_each(|n| tx.send(n));
    });
    (rx, thread)
}

fn main() {
    let begin = Instant::now();
    let (mut numbers, source) = link(2..);
    let mut primes = Vec::new();
    let mut filters = Vec::new();
    while primes.len() < COUNT {
        let prime = numbers.recv().expect("the source never ends");
        primes.push(prime);
        let others = numbers.into_iter().filter(move |n| n % prime != 0);
        let (rest, thread) = link(others);
        numbers = rest;
        filters.push(thread);
    }
    let time = begin.elapsed();
    println!(
        "chain: {COUNT} primes up to {}, {time:?}",
        primes[COUNT - 1]
    );
    #[cfg(target_os = "linux")]
    {
        let threads = std::fs::read_dir("/proc/self/task").unwrap().count();
        println!("       {threads} threads: main, the source and a filter a prime");
        assert_eq!(threads, 1 + 1 + COUNT);
    }

    drop(numbers);
    for thread in filters.into_iter().chain([source]) {
        thread.join().expect("a link panicked");
    }

    let begin = Instant::now();
    let plain = primes_one_after_another();
    let plain_time = begin.elapsed();
    println!(
        "loop:  {COUNT} primes up to {}, {plain_time:?}",
        plain[COUNT - 1]
    );
    assert_eq!(primes, plain);
    assert_eq!(plain[COUNT - 1], 541);
    assert!(plain_time < time);
}

fn primes_one_after_another() -> Vec<u32> {
    let mut primes: Vec<u32> = Vec::new();
    for n in 2.. {
        if primes.len() == COUNT {
            break;
        }
        if primes.iter().all(|prime| n % prime != 0) {
            primes.push(n);
        }
    }
    primes
}
