//! No more than so many in a second: a bucket into which tokens drip.

use std::time::{Duration, Instant};

use crate::runtime::sleep_until;
use crate::sync::Mutex;

/// A bucket of tokens, without a clock: the caller says what time it is, which never goes back.
///
/// It holds at most `burst` tokens, is full at the start, and gets one more each `period`. It keeps
/// no count, only the time at which it will be full again (the "generic cell rate algorithm" of ATM
/// networks).
///
/// ```
/// use std::time::{Duration, Instant};
/// use concurrency::patterns::rate::Bucket;
///
/// let start = Instant::now();
/// let second = Duration::from_secs(1);
/// let mut bucket = Bucket::new(second, 2, start);
/// assert_eq!(bucket.reserve(start), start, "two at once");
/// assert_eq!(bucket.reserve(start), start);
/// assert_eq!(bucket.reserve(start), start + second, "and then one a second");
/// assert_eq!(bucket.reserve(start), start + 2 * second);
/// ```
#[derive(Debug, Clone)]
pub struct Bucket {
    period: Duration,
    burst: u32,
    full_at: Instant,
}

impl Bucket {
    /// A full bucket. A burst of 0 counts as 1.
    pub fn new(period: Duration, burst: u32, now: Instant) -> Self {
        Bucket {
            period,
            burst: burst.max(1),
            full_at: now,
        }
    }

    /// Takes a token, now or in advance; says from when on it may be used.
    pub fn reserve(&mut self, now: Instant) -> Instant {
        self.full_at = self.full_at.max(now) + self.period;
        // With `burst` tokens in it, it would take so long to fill it up from nothing.
        let refill = self.period * self.burst;
        self.full_at
            .checked_sub(refill)
            .map_or(now, |at| at.max(now))
    }
}

/// Lets tasks pass at a rate.
///
/// ```
/// use std::time::{Duration, Instant};
/// use concurrency::patterns::rate::Limiter;
/// use concurrency::runtime::Runtime;
///
/// Runtime::new().block_on(async {
///     let limiter = Limiter::new(Duration::from_millis(5), 1);
///     let start = Instant::now();
///     for _ in 0..4 {
///         limiter.pass().await;
///     }
///     assert!(start.elapsed() >= Duration::from_millis(15));
/// });
/// ```
#[derive(Debug)]
pub struct Limiter {
    bucket: Mutex<Bucket>,
}

impl Limiter {
    /// One each `period`, and up to `burst` at once after a pause.
    pub fn new(period: Duration, burst: u32) -> Self {
        Limiter {
            bucket: Mutex::new(Bucket::new(period, burst, Instant::now())),
        }
    }

    /// Waits for this task's turn: in the order in which they come.
    pub async fn pass(&self) {
        let turn = self.bucket.lock().reserve(Instant::now());
        if turn > Instant::now() {
            sleep_until(turn).await;
        }
    }
}
