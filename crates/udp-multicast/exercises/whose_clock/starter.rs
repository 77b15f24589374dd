//! Tells how far a server's clock is ahead of ours, whatever the way takes.
//!
//! A sample is four times, in microseconds: when the question left (our clock), when it arrived and
//! when the answer left (the server's clock), when the answer arrived (our clock). `offset` is by
//! how much the server's clock is ahead, by the sample whose way there and back was the quickest;
//! `None` without any sample. The version below takes the server's time for the present one,
//! although the answer was under way, and believes all samples alike.
//!
//! Checked: clocks ahead and behind, a slow server, several samples of which one was quick.
//!
//! Lesson: udp-multicast/ntp-client

/// The four times of a question and its answer, in microseconds.
pub type Sample = [i64; 4];

/// By how much the server's clock is ahead of ours, in microseconds.
pub fn offset(samples: &[Sample]) -> Option<i64> {
    let ahead: i64 = samples
        .iter()
        .map(|[_, _, sent, received]| sent - received)
        .sum();
    ahead.checked_div(samples.len() as i64)
}
