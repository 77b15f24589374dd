//! The way there makes the clock look ahead, the way back behind: half of both is left.
//!
//! It is exact when both ways took equally long, and never wrong by more than half of their sum. So
//! the quickest sample is the one to believe.

/// The four times of a question and its answer, in microseconds.
pub type Sample = [i64; 4];

/// By how much the server's clock is ahead of ours, in microseconds.
pub fn offset(samples: &[Sample]) -> Option<i64> {
    let quickest = samples.iter().min_by_key(|sample| delay(sample));
    quickest.map(|[asked, arrived, sent, received]| ((arrived - asked) + (sent - received)) / 2)
}

/// How long both ways took, without the server's own time.
fn delay([asked, arrived, sent, received]: &Sample) -> i64 {
    (received - asked) - (sent - arrived)
}
