//! The sieve with a task for each filter, all on one thread.

use std::io;

use channels::{Receiver, Sender, channel};

use super::OnPrime;
use super::executor::Executor;

/// Tells `on_prime` of the first `count` primes.
///
/// # Errors
///
/// What `on_prime` says.
pub(super) fn primes(count: usize, capacity: usize, on_prime: &mut OnPrime<'_>) -> io::Result<()> {
    let executor = Executor::new();
    executor.run(async {
        let (tx, mut numbers) = channel(capacity);
        executor.spawn(generate(tx));
        for _ in 0..count {
            let prime = numbers.recv_async().await.expect("numbers never end");
            on_prime(prime)?;
            let (tx, filtered) = channel(capacity);
            executor.spawn(filter(prime, numbers, tx));
            numbers = filtered;
        }
        Ok(())
    })
}

/// Sends the numbers from 2 until nobody wants them.
async fn generate(numbers: Sender<u64>) {
    for number in 2.. {
        if numbers.send_async(number).await.is_err() {
            return;
        }
    }
}

/// Passes on what `prime` does not divide.
async fn filter(prime: u64, numbers: Receiver<u64>, filtered: Sender<u64>) {
    while let Ok(number) = numbers.recv_async().await {
        if number % prime != 0 && filtered.send_async(number).await.is_err() {
            return;
        }
    }
}
