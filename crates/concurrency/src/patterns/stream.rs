//! Values that come by themselves, after ReactiveX: any number of *next*, and then *error* or
//! *done*.
//!
//! An iterator is asked for each value. A stream tells an observer, when there is one. Between the
//! two sides is a channel, so an observer that is slow slows the source.
//!
//! After an error or the end nothing comes. [`Emitter::error`] and [`Emitter::done`] take the
//! emitter, so a program that breaks this rule does not compile:
//!
//! ```compile_fail,E0382
//! # async fn rule(emitter: concurrency::patterns::stream::Emitter<u32, String>) {
//! emitter.done().await;
//! emitter.next(1).await;
//! # }
//! ```

use channels::{Receiver, Sender, channel};

use crate::runtime::{JoinHandle, spawn};

/// What an observer is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<T, E> {
    /// A value; more may come.
    Next(T),
    /// It has failed; nothing comes after it.
    Error(E),
    /// That was all; nothing comes after it.
    Done,
}

/// The source's side. Dropped in the middle (its task panicked, say), the stream ends without a
/// word.
#[derive(Debug)]
pub struct Emitter<T, E>(Sender<Event<T, E>>);

/// The observer's side.
#[derive(Debug)]
pub struct Stream<T, E>(Receiver<Event<T, E>>);

/// A source and its stream, with so many values between them at most.
///
/// ```
/// use concurrency::patterns::stream::{Event, stream};
/// use concurrency::runtime::{Runtime, spawn};
///
/// let events = Runtime::new().block_on(async {
///     let (emitter, numbers) = stream::<u32, String>(4);
///     spawn(async move {
///         for n in 1..=6 {
///             emitter.next(n).await;
///         }
///         emitter.done().await;
///     });
///     numbers.filter(|n| n % 2 == 0).map(|n| n * 10).collect().await
/// });
/// assert_eq!(events, [Event::Next(20), Event::Next(40), Event::Next(60), Event::Done]);
/// ```
pub fn stream<T, E>(capacity: usize) -> (Emitter<T, E>, Stream<T, E>) {
    let (tx, rx) = channel(capacity);
    (Emitter(tx), Stream(rx))
}

impl<T, E> Emitter<T, E> {
    /// A value. False when nobody observes any more: then the source can stop.
    pub async fn next(&self, value: T) -> bool {
        self.0.send_async(Event::Next(value)).await.is_ok()
    }

    /// It has failed.
    pub async fn error(self, error: E) {
        self.end(Event::Error(error)).await;
    }

    /// That was all.
    pub async fn done(self) {
        self.end(Event::Done).await;
    }

    async fn end(self, event: Event<T, E>) {
        // If nobody observes, nobody misses it.
        let _ = self.0.send_async(event).await;
    }
}

impl<T: Send + 'static, E: Send + 'static> Stream<T, E> {
    /// The stream of what `change` makes of each value, in a task of its own; what it makes `None`
    /// of is left out. All other operators are this one.
    pub fn filter_map<U: Send + 'static>(
        self,
        mut change: impl FnMut(T) -> Option<U> + Send + 'static,
    ) -> Stream<U, E> {
        let (emitter, stream) = stream(self.0.capacity());
        drop(spawn(async move {
            while let Ok(event) = self.0.recv_async().await {
                let event = match event {
                    Event::Next(value) => match change(value) {
                        Some(value) => Event::Next(value),
                        None => continue,
                    },
                    Event::Error(error) => Event::Error(error),
                    Event::Done => Event::Done,
                };
                if emitter.0.send_async(event).await.is_err() {
                    break;
                }
            }
        }));
        stream
    }

    /// The stream of what `change` makes of each value.
    pub fn map<U: Send + 'static>(
        self,
        mut change: impl FnMut(T) -> U + Send + 'static,
    ) -> Stream<U, E> {
        self.filter_map(move |value| Some(change(value)))
    }

    /// The stream of those values of which `wanted` says so.
    pub fn filter(self, mut wanted: impl FnMut(&T) -> bool + Send + 'static) -> Stream<T, E> {
        self.filter_map(move |value| wanted(&value).then_some(value))
    }

    /// Tells `observer` of each event, in a task of its own, which ends with the stream.
    #[doc(alias = "subscribe")]
    pub fn observe(self, mut observer: impl FnMut(Event<T, E>) + Send + 'static) -> JoinHandle<()> {
        spawn(async move {
            while let Ok(event) = self.0.recv_async().await {
                observer(event);
            }
        })
    }

    /// All events, when the stream is over.
    pub async fn collect(self) -> Vec<Event<T, E>> {
        let mut events = Vec::new();
        while let Ok(event) = self.0.recv_async().await {
            events.push(event);
        }
        events
    }
}
