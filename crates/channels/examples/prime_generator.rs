//! A function that returns a `Receiver` is a generator: here of the 9592 primes below 100 000.
//!
//! A thread computes the next value while the caller uses the last one, and both are written as
//! plain loops; the channel says where they meet. The function keeps the sender, so when it has
//! finished the caller's loop ends, and when the caller loses interest and drops the receiver, the
//! next send fails and the thread ends. In Go nothing tells the goroutine, and it waits for ever.
//!
//! For a sequence that only one thread uses, an `Iterator` is the better generator: it takes no
//! thread, and a call costs nanoseconds, not microseconds. Go has such functions since 1.23, and
//! `range` takes them like channels.

use std::thread;

use channels::{Receiver, channel};

const LIMIT: u32 = 100_000;

/// Up to and including the root: with `<` the squares of primes would pass for primes.
fn is_prime(n: u32) -> bool {
    !(2..)
        .take_while(|d| d * d <= n)
        .any(|d| n.is_multiple_of(d))
}

fn primes_below(limit: u32) -> Receiver<u32> {
    let (tx, rx) = channel(64);
    thread::spawn(move || {
        for prime in (2..limit).filter(|&n| is_prime(n)) {
            if tx.send(prime).is_err() {
                break;
            }
        }
    });
    rx
}

fn main() {
    let primes: Vec<u32> = primes_below(LIMIT).iter().collect();
    println!("{} primes below {LIMIT}", primes.len());
    println!("the first: {:?}", &primes[..10]);
    println!("the last:  {:?}", &primes[primes.len() - 5..]);

    assert_eq!(primes.len(), 9592);
    assert_eq!(primes[..10], [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]);
    assert_eq!(primes.last(), Some(&99_991));
    for square in [9, 25, 49, 313 * 313] {
        assert!(!primes.contains(&square), "{square}");
    }
}
