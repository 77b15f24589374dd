//! One seed gives one fate: what a simulated network does can be had again, event for event.
//!
//! A test that needs the third of five datagrams to be lost cannot wait until a network does so. This
//! link draws loss, delay, order and duplicates from a seed and writes down what it did. Time is a
//! number that jumps to the next event, so that hours pass at once.
//!
//! On a real machine Linux's `tc qdisc add ... netem` does the same to real traffic, for root, and not
//! twice alike. Go and Rust have nothing of the kind in their standard libraries.

use std::time::Duration;

use udp_multicast::link::{Conditions, Direction, Event, Fate, Link, What};

fn afternoon(seed: u64) -> (Vec<Event>, Vec<u8>) {
    let bad = Conditions {
        loss: 0.2,
        duplicate: 0.2,
        reorder: 0.2,
        jitter: Duration::from_millis(3),
        ..Conditions::default()
    };
    let mut link = Link::new(seed, bad);
    for n in 0..12_u8 {
        let now = Duration::from_millis(2) * u32::from(n);
        link.send(now, Direction::There, 0, vec![n; 100]);
    }
    let mut order = Vec::new();
    while let Some(at) = link.next_arrival() {
        let arrival = link.arrive(at).expect("it said so");
        order.push(arrival.datagram[0]);
    }
    (link.log().to_vec(), order)
}

fn main() {
    let (log, order) = afternoon(6);
    let is = |event: &&Event, wanted: Fate| matches!(event.what, What::Datagram { fate, .. } if fate == wanted);
    for event in log.iter().filter(|event| !is(event, Fate::Sent)) {
        println!("{event}");
    }
    println!("sent 0 to 11, arrived {order:?}");

    let lost = log.iter().filter(|event| is(event, Fate::Lost)).count();
    let twice = log
        .iter()
        .filter(|event| is(event, Fate::Duplicated))
        .count();
    assert_eq!(order.len(), 12 - lost + twice);
    assert!(lost > 0 && twice > 0 && !order.is_sorted());

    assert_eq!(
        afternoon(6),
        (log, order),
        "the same seed, the same afternoon"
    );
    assert_ne!(afternoon(6), afternoon(7));
}
