//! `spawn` puts a future into the scheduler's queue, where it runs without being awaited; awaiting its
//! handle only asks for the result. One of the two can stay in the task that is here anyway. A panic of
//! the other is passed on, as if it had been called.

use std::future::Future;

use concurrency::runtime::spawn;

/// What both give.
pub async fn both<L, R>(left: L, right: R) -> (L::Output, R::Output)
where
    L: Future<Output: Send> + Send + 'static,
    R: Future<Output: Send> + Send + 'static,
{
    let right = spawn(right);
    let left = left.await;
    let right = right.await.unwrap_or_else(|error| error.resume());
    (left, right)
}
