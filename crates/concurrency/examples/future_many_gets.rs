//! A future that keeps its value gives it to all who ask, as often as they ask.
//!
//! The value is stored, *then* a channel is closed that nobody sends on; a closed channel wakes all
//! and holds up nobody. A well-known Go version does it in the other order: it closes first, and a
//! second reader may find an empty value. Half of the hundred readers here ask before the value is
//! there.

use concurrency::patterns::future::promise;
use concurrency::runtime::{Runtime, spawn, yield_now};

fn main() {
    let answers = Runtime::new().block_on(async {
        let (promise, future) = promise();
        let mut readers = Vec::new();
        let mut promise = Some(promise);
        for reader in 0..100 {
            let future = future.clone();
            readers.push(spawn(async move {
                let first = future.get_async().await.cloned();
                assert_eq!(
                    first.as_ref().map_err(|e| *e),
                    future.get_async().await,
                    "again the same"
                );
                first
            }));
            if reader == 50 {
                // Those before have begun to wait by now, most likely.
                yield_now().await;
                promise
                    .take()
                    .expect("kept once")
                    .keep("the value".to_owned());
            }
        }
        let mut answers = Vec::new();
        for reader in readers {
            answers.push(reader.await.expect("it does not panic"));
        }
        answers
    });
    println!("{} readers, the first got {:?}", answers.len(), answers[0]);
    assert!(
        answers
            .iter()
            .all(|answer| answer.as_deref() == Ok("the value"))
    );
}
