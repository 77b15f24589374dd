//! The retransmission timer, case by case after RFC 6298.

use std::time::Duration;

use udp_multicast::transfer::rtt::{Estimator, Limits};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Without the lower limit the arithmetic shows.
const BARE: Limits = Limits {
    least: Duration::ZERO,
    ..Limits::RFC_6298
};

fn after(limits: Limits, measurements: &[u64]) -> Estimator {
    let mut estimator = Estimator::new(limits);
    for milliseconds in measurements {
        estimator.measured(ms(*milliseconds));
    }
    estimator
}

#[test]
fn before_the_first_measurement_it_is_one_second() {
    assert_eq!(Estimator::new(Limits::RFC_6298).timeout(), ms(1000));
}

#[test]
fn the_first_measurement_counts_whole_and_deviates_by_a_half() {
    let estimator = after(BARE, &[100]);
    assert_eq!(estimator.smoothed(), Some(ms(100)));
    assert_eq!(estimator.deviation(), Some(ms(50)));
    assert_eq!(estimator.timeout(), ms(300));
}

#[test]
fn the_next_count_an_eighth_and_a_quarter() {
    // RTTVAR = 3/4 * 50 + 1/4 * |100 - 180|, with the SRTT from before; SRTT = 7/8 * 100 + 1/8 * 180.
    let estimator = after(BARE, &[100, 180]);
    assert_eq!(estimator.deviation(), Some(Duration::from_micros(57_500)));
    assert_eq!(estimator.smoothed(), Some(ms(110)));
    assert_eq!(estimator.timeout(), ms(340));
}

#[test]
fn a_steady_path_leaves_the_clocks_granularity() {
    let estimator = after(BARE, &[100; 200]);
    assert!(estimator.deviation() < Some(Duration::from_micros(1)));
    assert_eq!(estimator.timeout(), ms(101));
}

#[test]
fn it_is_never_less_than_the_least() {
    assert_eq!(after(Limits::RFC_6298, &[100]).timeout(), ms(1000));
}

#[test]
fn each_expiry_doubles_up_to_the_most() {
    let mut estimator = after(BARE, &[100]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        estimator.expired();
        seen.push(estimator.timeout());
    }
    assert_eq!(seen, [ms(600), ms(1200), ms(2400), ms(4800)]);
    for _ in 0..100 {
        estimator.expired();
    }
    assert_eq!(estimator.timeout(), ms(60_000));
}

#[test]
fn the_doubling_ends_with_a_measurement() {
    let mut estimator = after(BARE, &[100; 200]);
    estimator.expired();
    estimator.expired();
    assert_eq!(estimator.backoff(), 2);
    assert_eq!(estimator.timeout(), ms(404));
    estimator.measured(ms(100));
    assert_eq!(estimator.timeout(), ms(101));
}
