//! The simulated link: one seed, one log.

mod common;

use std::time::Duration;

use common::cases;
use proptest::prelude::*;
use udp_multicast::link::{Conditions, Direction, Event, Fate, Link, What};

const MS: Duration = Duration::from_millis(1);

fn bad() -> Conditions {
    Conditions {
        loss: 0.2,
        duplicate: 0.1,
        reorder: 0.1,
        corrupt: 0.05,
        jitter: 5 * MS,
        bandwidth: Some(1_000_000),
        queue: 20_000,
        mtu: 1200,
        ..Conditions::default()
    }
}

/// Sends a datagram each millisecond, of 100 to 1299 bytes, and takes out what comes.
fn traffic(mut link: Link, count: u32) -> (Vec<Event>, Vec<Vec<u8>>) {
    let mut arrived = Vec::new();
    let mut drain = |link: &mut Link, until: Duration| {
        while let Some(at) = link.next_arrival().filter(|at| *at <= until) {
            arrived.push(link.arrive(at).expect("it said so").datagram);
        }
    };
    for n in 0..count {
        let now = n * MS;
        drain(&mut link, now);
        let direction = [Direction::There, Direction::Back][n as usize % 2];
        let size = 100 + (n as usize * 37) % 1200;
        link.send(now, direction, n as usize % 3, vec![n as u8; size]);
    }
    drain(&mut link, Duration::MAX);
    (link.log().to_vec(), arrived)
}

fn fates(log: &[Event]) -> Vec<(u64, Fate)> {
    let fate = |event: &Event| match event.what {
        What::Datagram { number, fate, .. } => Some((number, fate)),
        What::Window(_) => None,
    };
    log.iter().filter_map(fate).collect()
}

fn count(log: &[Event], wanted: Fate) -> usize {
    fates(log)
        .iter()
        .filter(|(_, fate)| *fate == wanted)
        .count()
}

#[test]
fn the_same_seed_gives_the_same_log_and_another_another() {
    let run = |seed| traffic(Link::new(seed, bad()), 500);
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn each_datagram_arrives_or_is_said_to_be_lost() {
    let (log, arrived) = traffic(Link::new(3, bad()), 2000);
    let gone = [Fate::Lost, Fate::QueueFull, Fate::TooBig];
    let gone: usize = gone.iter().map(|fate| count(&log, *fate)).sum();
    assert_eq!(count(&log, Fate::Sent), 2000);
    assert_eq!(arrived.len(), 2000 - gone + count(&log, Fate::Duplicated));
    for fate in [Fate::Lost, Fate::TooBig, Fate::HeldBack, Fate::Corrupted] {
        assert!(count(&log, fate) > 20, "{fate:?}");
    }
    let lost = count(&log, Fate::Lost) as f64 / (2000 - count(&log, Fate::TooBig)) as f64;
    assert!((0.15..0.25).contains(&lost), "{lost}");
}

#[test]
fn raising_the_loss_only_loses_more() {
    let lost = |loss| {
        let conditions = Conditions {
            loss,
            ..Conditions::default()
        };
        let (log, _) = traffic(Link::new(5, conditions), 500);
        fates(&log)
            .into_iter()
            .filter(|(_, fate)| *fate == Fate::Lost)
            .map(|(number, _)| number)
            .collect::<Vec<_>>()
    };
    let (few, many) = (lost(0.1), lost(0.3));
    assert!(few.len() > 20 && many.len() > few.len());
    assert!(few.iter().all(|number| many.contains(number)));
}

#[test]
fn delay_bandwidth_and_queue_are_exact() {
    let mut link = Link::new(
        0,
        Conditions {
            bandwidth: Some(1_000_000),
            queue: 3000,
            ..Conditions::default()
        },
    );
    for _ in 0..4 {
        link.send(Duration::ZERO, Direction::There, 0, vec![0; 1000]);
    }
    // 1000 bytes take a millisecond; the fourth did not fit.
    for expected in [11, 12, 13] {
        assert_eq!(link.next_arrival(), Some(expected * MS));
        assert!(link.arrive(expected * MS).is_some());
    }
    assert_eq!(link.next_arrival(), None);
    assert_eq!(count(link.log(), Fate::QueueFull), 1);
}

#[test]
fn what_is_larger_than_the_path_carries_vanishes() {
    let conditions = Conditions {
        mtu: 1200,
        ..Conditions::default()
    };
    let mut link = Link::new(0, conditions);
    link.send(Duration::ZERO, Direction::There, 0, vec![0; 1201]);
    assert_eq!(link.next_arrival(), None);
    link.send(Duration::ZERO, Direction::There, 0, vec![0; 1200]);
    assert!(link.next_arrival().is_some());
}

#[test]
fn a_corrupt_datagram_differs_in_one_bit() {
    let conditions = Conditions {
        corrupt: 1.0,
        ..Conditions::default()
    };
    let mut link = Link::new(9, conditions);
    for n in 0..200 {
        link.send(n * MS, Direction::There, 0, vec![0x55; 64]);
    }
    while let Some(at) = link.next_arrival() {
        let datagram = link.arrive(at).expect("it said so").datagram;
        let bits: u32 = datagram.iter().map(|byte| (byte ^ 0x55).count_ones()).sum();
        assert_eq!(bits, 1);
    }
}

proptest! {
    #![proptest_config(cases(32))]

    /// Jitter alone keeps the order; and a line carries no more than its bandwidth.
    #[test]
    fn jitter_does_not_overtake(seed: u64, jitter in 0_u64..50, bandwidth in 10_000_u64..1_000_000) {
        let conditions = Conditions {
            jitter: Duration::from_millis(jitter),
            bandwidth: Some(bandwidth),
            ..Conditions::default()
        };
        let mut link = Link::new(seed, conditions.clone());
        for n in 0..100_u8 {
            link.send(u32::from(n) * MS, Direction::There, 0, vec![n; 500]);
        }
        let mut last = None;
        for n in 0..100_u8 {
            let at = link.next_arrival().expect("nothing is lost");
            prop_assert_eq!(link.arrive(at).expect("it said so").datagram[0], n);
            last = Some(at);
        }
        prop_assert!(last.expect("a hundred came") >= conditions.serialisation(100 * 500));
    }
}
