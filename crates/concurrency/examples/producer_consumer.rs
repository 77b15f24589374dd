//! Work made in one place and done in another goes through a channel, each piece to one worker.
//!
//! The producer does not know how many consumers there are, nor they of each other. Closing the
//! channel says that there is no more: each consumer's loop then ends, after what is in the buffer.

use channels::channel;
use concurrency::runtime::{Runtime, spawn, yield_now};

fn main() {
    let done = Runtime::new().block_on(async {
        let (tasks_tx, tasks) = channel(4);
        let consumers: Vec<_> = (0..3)
            .map(|_| {
                let tasks = tasks.clone();
                spawn(async move {
                    let mut done = Vec::new();
                    while let Ok(task) = tasks.recv_async().await {
                        done.push(task);
                        yield_now().await;
                    }
                    done
                })
            })
            .collect();
        for task in 0..30 {
            tasks_tx
                .send_async(task)
                .await
                .expect("there are consumers");
        }
        drop(tasks_tx);
        let mut done = Vec::new();
        for consumer in consumers {
            done.push(consumer.await.expect("it does not panic"));
        }
        done
    });
    for tasks in &done {
        println!("{tasks:?}");
    }
    let mut all = done.concat();
    all.sort_unstable();
    assert_eq!(all, (0..30).collect::<Vec<u32>>(), "each once");
}
