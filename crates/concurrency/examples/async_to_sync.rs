//! Asynchronous work becomes an ordinary call by waiting for all its results at a channel.
//!
//! The way back: who calls does not want to know of tasks. The function starts them, receives as
//! many results as it started, and returns: after that nothing is at work any more. A channel takes
//! them in the order in which they are ready; the number says where each belongs.

use channels::channel;
use concurrency::runtime::{Runtime, sleep, spawn};
use std::time::Duration;

/// An ordinary function, with a runtime inside.
fn squares(numbers: &[u64]) -> Vec<u64> {
    let numbers = numbers.to_vec();
    Runtime::new().block_on(async move {
        let (tx, rx) = channel(0);
        for (index, n) in numbers.iter().copied().enumerate() {
            let tx = tx.clone();
            drop(spawn(async move {
                // The later it was started, the sooner it is done.
                sleep(Duration::from_millis(50 - 10 * index as u64)).await;
                tx.send_async((index, n * n))
                    .await
                    .expect("somebody receives");
            }));
        }
        drop(tx);
        let mut squares = vec![0; numbers.len()];
        while let Ok((index, square)) = rx.recv_async().await {
            squares[index] = square;
        }
        squares
    })
}

fn main() {
    let result = squares(&[1, 2, 3, 4, 5]);
    println!("{result:?}");
    assert_eq!(result, [1, 4, 9, 16, 25], "complete, and in order");
}
