//! The players are futures, and one thread polls whichever can go on. The channel is the same: who has to
//! wait leaves a waker in its queue instead of a thread.

use channels::channel;
use tokio::runtime::Builder;

/// What the number is after so many throws there and back, from 0.
pub fn rally(rounds: u64) -> u64 {
    let (there_tx, there_rx) = channel(0);
    let (back_tx, back_rx) = channel(0);
    let returning = async move {
        while let Ok(ball) = there_rx.recv_async().await {
            let thrown = back_tx.send_async(ball + 1).await;
            thrown.expect("the other player waits");
        }
    };
    let serving = async move {
        let mut ball = 0;
        for _ in 0..rounds {
            let thrown = there_tx.send_async(ball + 1).await;
            thrown.expect("the other player waits");
            ball = back_rx.recv_async().await.expect("it is thrown back");
        }
        ball
    };
    let runtime = Builder::new_current_thread()
        .build()
        .expect("a runtime without drivers needs nothing");
    runtime.block_on(async { tokio::join!(serving, returning).0 })
}
