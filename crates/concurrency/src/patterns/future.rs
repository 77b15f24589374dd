//! A value that is promised: one task gives it, any number get it, before or after.
//!
//! What waits is a channel on which nothing is ever sent. It is closed when the value is there, and
//! a closed channel wakes all and never holds up anybody. The value is set *before* the channel is
//! closed; the other way round a reader could wake and find nothing.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, OnceLock};

use channels::{Receiver, Sender, channel};

/// The side that gives the value. Dropped without, it breaks the promise.
#[derive(Debug)]
#[must_use = "dropped, it is broken"]
pub struct Promise<T> {
    value: Arc<OnceLock<T>>,
    /// Closes the channel when it is dropped, which is all that it is for.
    done: Sender<Infallible>,
}

/// The side that gets the value; its clones get the same one. (std's trait of this name is what one
/// awaits within a task; this one is a place in memory.)
pub struct Future<T> {
    value: Arc<OnceLock<T>>,
    done: Receiver<Infallible>,
}

/// The promise was dropped without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the promise was broken")]
pub struct Broken;

/// Both sides of a promise.
///
/// ```
/// use concurrency::patterns::future::promise;
/// use concurrency::runtime::{Runtime, spawn};
///
/// Runtime::new().block_on(async {
///     let (promise, future) = promise();
///     let other = future.clone();
///     let reader = spawn(async move { other.get_async().await.copied() });
///     promise.keep(42);
///     assert_eq!(reader.await.unwrap(), Ok(42));
///     assert_eq!(future.get_async().await, Ok(&42), "as often as one likes");
/// });
/// ```
pub fn promise<T>() -> (Promise<T>, Future<T>) {
    let value = Arc::new(OnceLock::new());
    let (done_tx, done) = channel(0);
    let promise = Promise {
        value: Arc::clone(&value),
        done: done_tx,
    };
    (promise, Future { value, done })
}

impl<T> Promise<T> {
    /// Gives the value, and wakes all who wait for it.
    pub fn keep(self, value: T) {
        let is_first = self.value.set(value).is_ok();
        debug_assert!(is_first, "there is one promise, and this ends it");
        drop(self.done);
    }
}

impl<T> Future<T> {
    /// The value; holds up the thread until it is there.
    ///
    /// # Errors
    ///
    /// [`Broken`] when it will never be there.
    pub fn get(&self) -> Result<&T, Broken> {
        let Err(_closed) = self.done.recv();
        self.value.get().ok_or(Broken)
    }

    /// The value; holds up the task until it is there.
    ///
    /// # Errors
    ///
    /// [`Broken`] when it will never be there.
    pub async fn get_async(&self) -> Result<&T, Broken> {
        let Err(_closed) = self.done.recv_async().await;
        self.value.get().ok_or(Broken)
    }

    /// The value, if it is there by now.
    pub fn try_get(&self) -> Option<&T> {
        self.value.get()
    }
}

impl<T> Clone for Future<T> {
    fn clone(&self) -> Self {
        Future {
            value: Arc::clone(&self.value),
            done: self.done.clone(),
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for Future<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Future").field(&self.try_get()).finish()
    }
}
