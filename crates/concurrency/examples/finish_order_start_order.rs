//! A channel of results brings them by the time they end; a channel of channels, by their start.
//!
//! With one channel for all, whoever is ready sends. For the order of the starts each task gets a
//! channel of its own, and these are put into a channel as the tasks are started: the reader takes
//! the first one and waits for *its* result, while the others go on all the same.

use channels::channel;
use concurrency::runtime::{Runtime, spawn};

/// Three tasks of which each ends when the one that was started after it has handed in its result.
fn main() {
    let (by_end, by_start) = Runtime::new().block_on(async {
        let (results_tx, results) = channel(0);
        let (places_tx, places) = channel(3);
        let mut previous = None;
        for number in 1..=3 {
            let (place_tx, place) = channel(1);
            places_tx.send_async(place).await.expect("there is room");
            let (after_me_tx, after_me) = channel::<()>(0);
            let opens = previous.replace(after_me_tx);
            let results_tx = results_tx.clone();
            drop(spawn(async move {
                let _closed = after_me.recv_async().await;
                results_tx.send_async(number).await.expect("main receives");
                place_tx.send_async(number).await.expect("there is room");
                drop(opens);
            }));
        }
        // Nobody comes after the last one: it may begin.
        drop((previous, results_tx, places_tx));

        let mut by_end = Vec::new();
        while let Ok(number) = results.recv_async().await {
            by_end.push(number);
        }
        let mut by_start = Vec::new();
        while let Ok(place) = places.recv_async().await {
            by_start.push(place.recv_async().await.expect("it ends"));
        }
        (by_end, by_start)
    });
    println!("by end {by_end:?}, by start {by_start:?}");
    assert_eq!(by_end, [3, 2, 1]);
    assert_eq!(by_start, [1, 2, 3]);
}
