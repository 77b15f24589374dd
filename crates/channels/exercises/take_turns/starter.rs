//! Lets two players take turns a thousand times without waking a thread.
//!
//! Two players throw a number to each other; each adds 1 and throws it back. With threads, each
//! throw wakes a thread and puts one to sleep, and that is the kernel's work. Make the players two
//! tasks of one thread (`send_async`, `recv_async`, a runtime of tokio with one thread): waking a task
//! is a push to a queue.
//!
//! Checked: the sum, and the calls: no thread is started, and nobody waits in a `futex`.
//!
//! Lesson: channels/prime-sieve

use std::thread;

use channels::channel;

/// What the number is after so many throws there and back, from 0.
pub fn rally(rounds: u64) -> u64 {
    let (there_tx, there_rx) = channel(0);
    let (back_tx, back_rx) = channel(0);
    thread::scope(|scope| {
        scope.spawn(move || {
            for ball in there_rx {
                back_tx.send(ball + 1).expect("the other player waits");
            }
        });
        let mut ball = 0;
        for _ in 0..rounds {
            there_tx.send(ball + 1).expect("the other player waits");
            ball = back_rx.recv().expect("the other player throws back");
        }
        // Ends the other player's loop.
        drop(there_tx);
        ball
    })
}
