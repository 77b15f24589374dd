//! A full queue makes its producer wait, so that it is never far ahead of the consumer.
//!
//! Without a bound, a producer that is faster fills the memory, and the program dies where nobody
//! sees why. With room for ten, it is at most ten ahead, plus the one that it holds in its hand.
//! This passes on: a pipeline goes at the pace of its slowest stage, up to the network, whose
//! windows do the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use channels::channel;
use concurrency::runtime::{Runtime, spawn, yield_now};

const ROOM: usize = 10;

fn main() {
    let most_ahead = Runtime::new().block_on(async {
        let (tx, rx) = channel(ROOM);
        let made = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&made);
        let producer = spawn(async move {
            for number in 0..200 {
                count.fetch_add(1, Ordering::SeqCst);
                tx.send_async(number).await.expect("main receives");
            }
        });
        let mut most_ahead = 0;
        for received in 0..200 {
            // Time enough to run away.
            yield_now().await;
            let ahead = made.load(Ordering::SeqCst) - received;
            most_ahead = most_ahead.max(ahead);
            assert!(ahead <= ROOM + 1, "{ahead} ahead");
            rx.recv_async().await.expect("the producer sends");
        }
        producer.await.expect("it does not panic");
        most_ahead
    });
    println!("with room for {ROOM}, at most {most_ahead} ahead");
    assert!(most_ahead > 0);
}
