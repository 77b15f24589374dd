//! What the concurrent sieve has to be measured against: Eratosthenes with a table.

/// The first `count` primes.
pub(super) fn primes(count: usize) -> Vec<u64> {
    let limit = upper_bound(count);
    let mut is_composite = vec![false; limit + 1];
    let mut primes = Vec::with_capacity(count);
    for number in 2..=limit {
        if primes.len() == count {
            break;
        }
        if is_composite[number] {
            continue;
        }
        primes.push(number as u64);
        // Smaller multiples have a smaller factor, which has marked them.
        for multiple in (number.saturating_mul(number)..=limit).step_by(number) {
            is_composite[multiple] = true;
        }
    }
    primes
}

/// A number that the `count`th prime does not pass: count · (ln count + ln ln count) from the sixth
/// on (Rosser 1941).
fn upper_bound(count: usize) -> usize {
    if count < 6 {
        return 13;
    }
    let count = count as f64;
    (count * (count.ln() + count.ln().ln())).ceil() as usize
}
