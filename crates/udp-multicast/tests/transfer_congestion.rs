//! The rules for the window: each against its document, and two flows against each other.

use std::time::Duration;

use udp_multicast::chart::arrivals;
use udp_multicast::link::{Conditions, Flow, Link, run};
use udp_multicast::transfer::congestion::{Aimd, Congestion, Cubic};
use udp_multicast::transfer::in_memory::{Download, Upload};
use udp_multicast::transfer::sender::SendConfig;

const SEGMENT: usize = 1000;
const RTT: Duration = Duration::from_millis(100);

/// A round trip in which all of the window is acknowledged, a segment at a time. Returns its end.
fn round_trip(rule: &mut dyn Congestion, start: Duration) -> Duration {
    let segments = u32::try_from(rule.window() / SEGMENT).expect("a small window");
    for n in 1..=segments {
        rule.on_ack(start + RTT * n / segments, SEGMENT, RTT);
    }
    start + RTT
}

#[test]
fn slow_start_doubles_and_avoidance_adds_a_segment() {
    let mut rule = Aimd::new(SEGMENT);
    assert_eq!(rule.window(), 10 * SEGMENT);
    round_trip(&mut rule, Duration::ZERO);
    assert_eq!(rule.window(), 20 * SEGMENT);
    rule.on_loss(Duration::ZERO);
    assert_eq!(
        (rule.window(), rule.threshold()),
        (10 * SEGMENT, 10 * SEGMENT)
    );
    round_trip(&mut rule, Duration::ZERO);
    assert_eq!(rule.window(), 11 * SEGMENT);
    rule.on_timeout(Duration::ZERO);
    assert_eq!((rule.window(), rule.threshold()), (SEGMENT, 5500));
}

#[test]
fn no_rule_goes_below_its_floor() {
    for rule in [
        &mut Aimd::new(SEGMENT) as &mut dyn Congestion,
        &mut Cubic::new(SEGMENT),
    ] {
        for _ in 0..50 {
            rule.on_loss(Duration::ZERO);
        }
        assert_eq!(rule.window(), 2 * SEGMENT);
        rule.on_timeout(Duration::ZERO);
        assert_eq!(rule.window(), SEGMENT);
        rule.set_segment(8000);
        assert!(rule.window() >= 8000);
    }
}

/// RFC 9438, figure 1: `W_cubic(t) = C (t - K)^3 + W_max`, `K = cbrt((W_max - cwnd_epoch) / C)`, where C
/// is 0.4 and the window after the loss 0.7 of that before.
#[test]
fn cubic_follows_the_formula() {
    let mut rule = Cubic::new(SEGMENT);
    // Slow start up to 1280 segments, where AIMD is far below the curve.
    let mut now = Duration::ZERO;
    for _ in 0..7 {
        now = round_trip(&mut rule, now);
    }
    assert_eq!(rule.window(), 1280 * SEGMENT);
    rule.on_loss(now);
    assert_eq!(rule.window(), 896 * SEGMENT);
    let k = ((1280.0 - 896.0) / 0.4_f64).cbrt();
    let epoch = now;
    while (now - epoch).as_secs_f64() < 2.0 * k {
        now = round_trip(&mut rule, now);
        let seconds = (now - epoch).as_secs_f64();
        let formula = 0.4 * (seconds - k).powi(3) + 1280.0;
        let window = rule.window() as f64 / SEGMENT as f64;
        let off = (window - formula).abs() / formula;
        assert!(
            off < 0.02,
            "after {seconds} s: {window}, and by the formula {formula}"
        );
    }
}

/// RFC 9438, 4.3: where the cubic curve is slower than AIMD it goes with AIMD, which with a factor of
/// 0.7 has to add 3 * 0.3 / 1.7 segments a round trip.
#[test]
fn cubic_is_no_slower_than_aimd_on_a_short_path() {
    let mut rule = Cubic::new(SEGMENT);
    round_trip(&mut rule, Duration::ZERO);
    rule.on_loss(Duration::ZERO);
    assert_eq!(rule.window(), 14 * SEGMENT);
    let (mut now, rtt) = (Duration::ZERO, Duration::from_millis(2));
    for _ in 0..10 {
        let segments = rule.window() / SEGMENT;
        now += rtt;
        for _ in 0..segments {
            rule.on_ack(now, SEGMENT, rtt);
        }
    }
    let expected = 14.0 + 10.0 * 3.0 * 0.3 / 1.7;
    let window = rule.window() as f64 / SEGMENT as f64;
    assert!(
        (window - expected).abs() < 0.6,
        "{window}, expected {expected}"
    );
}

/// 4.7: who lost at a smaller window than before leaves room to others.
#[test]
fn cubic_converges_fast() {
    let mut rule = Cubic::new(SEGMENT);
    round_trip(&mut rule, Duration::ZERO);
    rule.on_loss(Duration::ZERO);
    rule.on_loss(Duration::ZERO);
    // The plateau is 14 * (1 + 0.7) / 2 = 11.9, so the curve starts at 9.8 and bends there.
    let k = ((11.9 - 9.8) / 0.4_f64).cbrt();
    let at_plateau = Duration::from_secs_f64(k);
    let steps = 200;
    for n in 1..=steps {
        // As few acknowledgements as leave AIMD behind.
        rule.on_ack(at_plateau * n / steps, SEGMENT / 10, Duration::ZERO);
    }
    let window = rule.window() as f64 / SEGMENT as f64;
    assert!((11.0..12.5).contains(&window), "{window}");
}

/// Two flows over one line of 1 MB/s, the second later; their bytes in the second half of the time.
fn two_flows(rule: fn(usize) -> Box<dyn Congestion>, seed: u64) -> [usize; 2] {
    let mut link = Link::new(
        seed,
        Conditions {
            bandwidth: Some(1_000_000),
            queue: 30_000,
            jitter: Duration::from_millis(2),
            mtu: 1500,
            ..Conditions::default()
        },
    );
    let config = SendConfig {
        congestion: rule,
        ..SendConfig::default()
    };
    let end = Duration::from_secs(60);
    let ends = |seed| {
        (
            Upload::new(config.clone(), vec![7; 50_000_000], seed),
            Download::new(Default::default(), seed + 1),
        )
    };
    let ((mut a, mut b), (mut c, mut d)) = (ends(10), ends(20));
    let late = Duration::from_secs(5);
    let mut flows = [
        Flow::new(&mut a, &mut b),
        Flow::new(&mut c, &mut d).starting(late),
    ];
    run(&mut link, &mut flows, end);
    [0, 1].map(|flow| {
        arrivals(link.log(), flow)
            .filter(|(at, _)| *at > end / 3)
            .map(|(_, size)| size)
            .sum()
    })
}

#[test]
fn two_aimd_flows_settle_within_ten_percent() {
    for seed in 0..3 {
        let [first, second] = two_flows(|segment| Box::new(Aimd::new(segment)), seed);
        let (less, more) = (first.min(second) as f64, first.max(second) as f64);
        assert!(less / more > 0.9, "seed {seed}: {first} and {second}");
        // And the line is used.
        assert!(
            less + more > 0.85 * 40.0 * 1e6,
            "seed {seed}: {first} and {second}"
        );
    }
}
