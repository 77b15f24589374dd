//! A stage behind the other, joined by channels, each at work on another value.

use std::sync::Arc;

use channels::{Receiver, channel};

use crate::runtime::spawn;

/// The values of an iterator, from a task; with room for so many between it and its reader.
pub fn source<T: Send + 'static>(
    values: impl IntoIterator<Item = T, IntoIter: Send> + 'static,
    room: usize,
) -> Receiver<T> {
    let (tx, rx) = channel(room);
    let values = values.into_iter();
    drop(spawn(async move {
        for value in values {
            if tx.send_async(value).await.is_err() {
                break;
            }
        }
    }));
    rx
}

/// What so many tasks make of the values of `input`. With one task they stay in order, with more
/// they need not.
///
/// It ends when its input does. When nobody reads its output it ends too, and with it, one after
/// the other, the stages before.
///
/// ```
/// use concurrency::patterns::pipeline::{source, stage};
/// use concurrency::runtime::Runtime;
///
/// let sum = Runtime::new().block_on(async {
///     let squares = stage(source(1..=4u32, 1), 1, |n| n * n);
///     let words = stage(squares, 1, |n| n.to_string());
///     let mut text = String::new();
///     while let Ok(word) = words.recv_async().await {
///         text += &word;
///     }
///     text
/// });
/// assert_eq!(sum, "14916");
/// ```
///
/// # Panics
///
/// Without a task there would be no end.
pub fn stage<T: Send + 'static, U: Send + 'static>(
    input: Receiver<T>,
    tasks: usize,
    work: impl Fn(T) -> U + Send + Sync + 'static,
) -> Receiver<U> {
    assert!(tasks > 0, "a stage has at least one task");
    let (tx, rx) = channel(input.capacity());
    let work = Arc::new(work);
    for _ in 0..tasks {
        let (input, tx, work) = (input.clone(), tx.clone(), Arc::clone(&work));
        drop(spawn(async move {
            while let Ok(value) = input.recv_async().await {
                if tx.send_async(work(value)).await.is_err() {
                    break;
                }
            }
        }));
    }
    rx
}
