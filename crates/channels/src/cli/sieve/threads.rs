//! The sieve with a thread for each filter.

use std::io;
use std::thread::{Builder, Scope};

use anyhow::Context;
use channels::{Receiver, Sender, channel};

use super::OnPrime;
use crate::cli::STDOUT;

/// Instead of std's 2 MiB. The memory is touched, and so taken, only as far as it is used; but the
/// addresses are, and some systems count them.
const STACK_SIZE: usize = 64 << 10;

/// Tells `on_prime` of the first `count` primes.
///
/// # Errors
///
/// What `on_prime` says; the system has no more threads.
pub(super) fn primes(
    count: usize,
    capacity: usize,
    on_prime: &mut OnPrime<'_>,
) -> anyhow::Result<()> {
    // However this ends, `numbers` is dropped: the last filter cannot send any more and ends, so the
    // one before cannot, and so on up to the generator. The scope waits for them all.
    std::thread::scope(|scope| {
        let (tx, mut numbers) = channel(capacity);
        spawn(scope, move || generate(&tx)).context("cannot start the generator")?;
        for number in 1..=count {
            let prime = numbers.recv().expect("numbers never end");
            on_prime(prime).context(STDOUT)?;
            let (tx, filtered) = channel(capacity);
            spawn(scope, move || filter(prime, &numbers, &tx))
                .with_context(|| format!("cannot start the thread of filter {number}"))?;
            numbers = filtered;
        }
        Ok(())
    })
}

fn spawn<'scope>(
    scope: &'scope Scope<'scope, '_>,
    work: impl FnOnce() + Send + 'scope,
) -> io::Result<()> {
    Builder::new()
        .stack_size(STACK_SIZE)
        .spawn_scoped(scope, work)
        .map(drop)
}

/// Sends the numbers from 2 until nobody wants them.
fn generate(numbers: &Sender<u64>) {
    (2..).try_for_each(|number| numbers.send(number)).ok();
}

/// Passes on what `prime` does not divide.
fn filter(prime: u64, numbers: &Receiver<u64>, filtered: &Sender<u64>) {
    for number in numbers {
        if number % prime != 0 && filtered.send(number).is_err() {
            return;
        }
    }
}
