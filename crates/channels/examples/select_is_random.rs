//! Of several ready arms `select!` takes any, each as often as the others; biased, the first.
//!
//! If the first ready arm always won, a busy channel would starve those below it, a stop signal for
//! instance. So Go's language chooses at random ("a single one that can proceed is chosen via a
//! uniform pseudo-random selection"), and has no other way. crossbeam and tokio do so too, and all
//! but Go have a biased form for when the order is meant, as for a stop signal that goes before all
//! work: `biased;` as the first line here and in `tokio::select!`, crossbeam's `select_biased!`.

use channels::{Receiver, channel, select};

const PICKS: u32 = 10_000;

/// Two channels that are always ready: nothing is as ready as a closed one.
fn ready() -> Receiver<()> {
    let (tx, rx) = channel(0);
    drop(tx);
    rx
}

fn main() {
    let (left, right) = (ready(), ready());

    let mut lefts = 0;
    for _ in 0..PICKS {
        select! {
            recv(left) -> _ => lefts += 1,
            recv(right) -> _ => {}
        }
    }
    println!("select: the first {lefts} times of {PICKS}");
    // By chance alone it is farther off once in 10^22 runs: ten standard deviations.
    assert!((PICKS * 45 / 100..=PICKS * 55 / 100).contains(&lefts));

    let mut lefts = 0;
    for _ in 0..PICKS {
        select! {
            biased;
            recv(left) -> _ => lefts += 1,
            recv(right) -> _ => {}
        }
    }
    println!("biased: the first {lefts} times of {PICKS}");
    assert_eq!(lefts, PICKS);
}
