//! How often which value was seen, to a stated precision, in a fixed amount of memory.
//!
//! Up to 256 each value has a bucket of its own. From there on every power of two is divided into 128
//! buckets of equal width, so a value is known to one part in 128 (0.8 %), be it a microsecond or an
//! hour, and all of `u64` takes 7424 buckets. This is how HdrHistogram does it; nothing is ever
//! allocated or sorted while recording.

use std::fmt;

/// A histogram of `u64`, of nanoseconds say.
///
/// ```
/// use tcp_http::load::histogram::Histogram;
///
/// let mut histogram = Histogram::new();
/// for value in 1..=1000 {
///     histogram.record(value);
/// }
/// let median = histogram.percentile(50.0);
/// assert!((500..=503).contains(&median));
/// assert_eq!((histogram.min(), histogram.max(), histogram.count()), (1, 1000, 1000));
/// ```
#[derive(Clone)]
pub struct Histogram {
    counts: Box<[u64]>,
    count: u64,
    sum: u128,
    min: u64,
    max: u64,
}

/// Buckets of a power of two.
const STEPS: usize = 1 << STEP_BITS;
const STEP_BITS: u32 = 7;

const BUCKETS: usize = (64 - STEP_BITS as usize + 1) * STEPS;

impl Histogram {
    /// A histogram of nothing.
    pub fn new() -> Self {
        Histogram {
            counts: vec![0; BUCKETS].into(),
            count: 0,
            sum: 0,
            min: u64::MAX,
            max: 0,
        }
    }

    /// Counts `value`.
    pub fn record(&mut self, value: u64) {
        self.counts[bucket(value)] += 1;
        self.count += 1;
        self.sum += u128::from(value);
        self.min = self.min.min(value);
        self.max = self.max.max(value);
    }

    /// Counts all that `other` has counted.
    pub fn add(&mut self, other: &Histogram) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// How many values there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The smallest; 0 if there is none.
    pub fn min(&self) -> u64 {
        self.min.min(self.max)
    }

    /// The largest; 0 if there is none.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// The mean, which no bucket rounds; 0 if there are no values.
    pub fn mean(&self) -> u64 {
        (self.sum / u128::from(self.count.max(1))) as u64
    }

    /// The value that `percent` of all values do not exceed, at most 1/128 too large; 0 if there is
    /// none.
    pub fn percentile(&self, percent: f64) -> u64 {
        let rank = (percent / 100.0 * self.count as f64).ceil() as u64;
        let rank = rank.clamp(1, self.count.max(1));
        let mut seen = 0;
        for (index, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return largest(index).min(self.max);
            }
        }
        self.max
    }

    /// How many values are at most `value`, to the precision of the bucket that it is in.
    pub fn count_up_to(&self, value: u64) -> u64 {
        self.counts[..=bucket(value)].iter().sum()
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Histogram")
            .field("count", &self.count)
            .field("min", &self.min())
            .field("median", &self.percentile(50.0))
            .field("p99", &self.percentile(99.0))
            .field("max", &self.max)
            .finish_non_exhaustive()
    }
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram::new()
    }
}

/// The bucket of `value`: its highest bits, as many as there are steps, behind the buckets of all
/// smaller powers.
fn bucket(value: u64) -> usize {
    let shift = (63 - STEP_BITS).saturating_sub(value.leading_zeros());
    shift as usize * STEPS + (value >> shift) as usize
}

/// The largest value in a bucket.
fn largest(index: usize) -> u64 {
    let shift = (index / STEPS).saturating_sub(1);
    let step = (index - shift * STEPS) as u64;
    (step << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_and_hold_their_largest() {
        for index in 0..BUCKETS {
            assert_eq!(bucket(largest(index)), index);
            if index + 1 < BUCKETS {
                assert_eq!(bucket(largest(index) + 1), index + 1);
            }
        }
        assert_eq!(largest(BUCKETS - 1), u64::MAX);
    }

    #[test]
    fn no_bucket_is_wider_than_a_128th_of_its_values() {
        for index in 1..BUCKETS {
            let width = largest(index) - largest(index - 1);
            assert!(width == 1 || width <= (largest(index - 1) + 1) / 128);
        }
    }

    #[test]
    fn nothing_has_percentiles_of_0() {
        let histogram = Histogram::new();
        assert_eq!((histogram.percentile(99.0), histogram.min()), (0, 0));
        assert_eq!((histogram.max(), histogram.mean()), (0, 0));
    }
}
