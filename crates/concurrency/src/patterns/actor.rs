//! A state that one task owns, and a mailbox through which all others speak to it.
//!
//! One message is handled at a time, so the state needs no lock. Who wants an answer sends a
//! [promise](super::future) along.

use std::fmt;

use channels::{Receiver, SendError, Sender, channel};

use super::future::{Broken, Promise, promise};
use crate::runtime::{JoinHandle, spawn_named};

/// What a state does with its messages.
pub trait Actor: Send + 'static {
    /// What can be said to it.
    type Message: Send + 'static;

    /// Handles one message. The next one waits until it is done.
    fn handle(&mut self, message: Self::Message) -> impl Future<Output = ()> + Send;
}

/// Where an actor's messages are sent to. When the last address is dropped, the actor ends.
pub struct Address<M>(Sender<M>);

/// Starts an actor whose mailbox has room for so many messages. Its handle gives the state, when it
/// has ended.
///
/// ```
/// use concurrency::patterns::actor::{Actor, start};
/// use concurrency::patterns::future::Promise;
/// use concurrency::runtime::Runtime;
///
/// struct Counter(u64);
/// enum Message {
///     Add(u64),
///     Total(Promise<u64>),
/// }
///
/// impl Actor for Counter {
///     type Message = Message;
///
///     async fn handle(&mut self, message: Message) {
///         match message {
///             Message::Add(n) => self.0 += n,
///             Message::Total(answer) => answer.keep(self.0),
///         }
///     }
/// }
///
/// Runtime::new().block_on(async {
///     let (counter, end) = start("counter", Counter(0), 8);
///     counter.send(Message::Add(40)).await.ok();
///     counter.send(Message::Add(2)).await.ok();
///     assert_eq!(counter.ask(Message::Total).await, Ok(42));
///     drop(counter);
///     assert_eq!(end.await.unwrap().0, 42);
/// });
/// ```
pub fn start<A: Actor>(
    name: &str,
    actor: A,
    mailbox: usize,
) -> (Address<A::Message>, JoinHandle<A>) {
    let (tx, rx) = channel(mailbox);
    (Address(tx), spawn_named(name, serve(actor, rx)))
}

async fn serve<A: Actor>(mut actor: A, mailbox: Receiver<A::Message>) -> A {
    while let Ok(message) = mailbox.recv_async().await {
        actor.handle(message).await;
    }
    actor
}

impl<M> Address<M> {
    /// Puts a message into the mailbox, and waits while it is full.
    ///
    /// # Errors
    ///
    /// The actor is no more (it panicked); the message comes back.
    pub async fn send(&self, message: M) -> Result<(), SendError<M>> {
        self.0.send_async(message).await
    }

    /// Sends a message that carries a promise, and waits for the answer.
    ///
    /// # Errors
    ///
    /// The actor dropped the promise, or is no more.
    pub async fn ask<T: Clone>(&self, message: impl FnOnce(Promise<T>) -> M) -> Result<T, Broken> {
        let (promise, answer) = promise();
        // Not sent, it is dropped, and the promise with it.
        drop(self.send(message(promise)).await);
        answer.get_async().await.cloned()
    }
}

impl<M> Clone for Address<M> {
    fn clone(&self) -> Self {
        Address(self.0.clone())
    }
}

impl<M> fmt::Debug for Address<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Address").field(&self.0).finish()
    }
}
