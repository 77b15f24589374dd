//! The channel in three stages, each a whole file to read, before the real one in `engine`.
//!
//! | stage | what it adds |
//! |---|---|
//! | [`one`] | a lock, a condition variable, a queue: right, and good for most programs |
//! | [`two`] | a ring with indices, and sleepers on either side that are woken one at a time |
//! | [`three`] | Go's `hchan`: queues of waiters, values handed over, channels without a buffer |
//! | the real one | no lock while nobody waits; select, futures, timeouts |
//!
//! All of them pass one table of tests (`tests/stages.rs`), to which they show the same face:

pub mod one;
pub mod three;
pub mod two;

use crate::error::{CloseError, RecvError, SendError};

/// What every stage can do. It is shared by reference, or in an `Arc`: in Go too, `make` returns a
/// pointer.
pub trait Stage<T>: Send + Sync {
    /// Makes a channel with room for `capacity` values.
    fn with_capacity(capacity: usize) -> Self;

    /// Waits for room, and sends.
    ///
    /// # Errors
    ///
    /// The channel is closed.
    fn send(&self, value: T) -> Result<(), SendError<T>>;

    /// Waits for a value.
    ///
    /// # Errors
    ///
    /// The channel is closed and empty.
    fn recv(&self) -> Result<T, RecvError>;

    /// No more sending. Wakes all who wait.
    ///
    /// # Errors
    ///
    /// It was closed before.
    fn close(&self) -> Result<(), CloseError>;
}
