//! The offset is right however long the way, and the quickest sample is believed.

use super::exercise::{Sample, offset};

/// 2026-11-22, in microseconds.
const NOW: i64 = 1_795_305_600_000_000;
const HOUR: i64 = 3_600_000_000;

pub fn main() {
    for ahead in [0, 250, HOUR, -250, -HOUR] {
        let told = offset(&[sample(ahead, 40_000, 0, 40_000)]);
        assert_eq!(
            told,
            Some(ahead),
            "40 ms there, 40 ms back: the offset is {ahead}"
        );
    }
    println!("✓ clocks that are right, ahead and behind");

    let told = offset(&[sample(2500, 10_000, 3_000_000, 10_000)]);
    assert_eq!(
        told,
        Some(2500),
        "the server took three seconds, which are nobody's way"
    );
    println!("✓ a server may take its time");

    let told = offset(&[sample(2500, 90_000, 0, 10_000)]);
    assert_eq!(
        told,
        Some(42_500),
        "half of what one way took longer cannot be known"
    );
    println!("✓ unequal ways leave half of their difference in the offset");

    let samples = [
        sample(2500, 90_000, 100, 10_000),
        sample(2500, 700, 900_000, 700),
        sample(2500, 10_000, 0, 300_000),
    ];
    assert_eq!(
        offset(&samples),
        Some(2500),
        "the second sample was the quickest on the way"
    );
    println!("✓ the sample with the quickest way is believed");

    assert_eq!(offset(&[]), None, "nobody has answered");
    println!("✓ without a sample nothing is known");
}

/// What is noted when the question and the answer take so long, and the server between them.
fn sample(ahead: i64, there: i64, server: i64, back: i64) -> Sample {
    let arrived = NOW + there;
    let sent = arrived + server;
    [NOW, arrived + ahead, sent + ahead, sent + back]
}
