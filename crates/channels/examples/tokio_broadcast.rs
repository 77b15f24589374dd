//! A broadcast gives each receiver every value, and tells a slow one how many it has missed.
//!
//! A channel hands each value to one receiver; Go has nothing else, and announces to many by closing
//! a channel, which works once. tokio's `broadcast` keeps the last values in one ring, where each
//! receiver reads at its own place. A sender never waits for the slowest, it writes over the oldest:
//! right for events that many watch, wrong for work that must be done. Where only the newest value
//! matters, take a `watch`; where none may be lost, a channel for each receiver.

use tokio::sync::broadcast::{self, Receiver, error::RecvError};

/// What one receiver sees: the values, and how many were gone before it came to them.
async fn listen(mut events: Receiver<u32>) -> (Vec<u32>, u64) {
    let (mut seen, mut missed) = (Vec::new(), 0);
    loop {
        match events.recv().await {
            Ok(event) => seen.push(event),
            Err(RecvError::Lagged(count)) => missed += count,
            Err(RecvError::Closed) => return (seen, missed),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (events, slow) = broadcast::channel(4);
    let quick = tokio::spawn(listen(events.subscribe()));
    for event in 1..=10 {
        events.send(event).expect("somebody listens");
        // The quick one runs after each event; the slow one is not even started.
        tokio::task::yield_now().await;
    }
    let late = tokio::spawn(listen(events.subscribe()));
    events.send(11).expect("somebody listens");
    drop(events);

    let (quick, slow, late) = (quick.await, listen(slow).await, late.await);
    let (quick, late) = (quick.expect("no panic"), late.expect("no panic"));
    println!("quick: {quick:?}\nslow:  {slow:?}\nlate:  {late:?}");
    assert_eq!(quick, ((1..=11).collect(), 0));
    assert_eq!(slow, (vec![8, 9, 10, 11], 7));
    assert_eq!(late, (vec![11], 0));
}
