//! A channel: a message brings along what its sender had done.
//!
//! Go's memory model draws four edges, and each has its carrier here:
//!
//! - A send happens before its receive: the edge is in the message.
//! - Without a buffer, a receive happens before the *send's* end: the message has a channel for the
//!   receipt in it.
//! - With a buffer for C, the k-th receive happens before the end of send k + C: there are C permits,
//!   a send takes one and the receive gives it back, with an edge on it. Should two receive at the same time,
//!   which was the k-th is decided by the permits.
//! - Closing happens before a receive that says so.
//!
//! It has no `select!`: its cases would have to be known here.

use std::fmt;
use std::sync::{Arc, Mutex};

use channels::{CloseError, RecvError, SendError};

use super::edge::Edge;
use super::lock;

/// Makes a channel, seen by the detector: [`channels::channel`].
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let (tx, rx) = channels::channel(capacity);
    let (permits, taken) = channels::channel(capacity);
    for _ in 0..capacity {
        let unused = permits.send(Edge::default());
        debug_assert!(unused.is_ok(), "there is room for all of them");
    }
    let closed = Closed::default();
    let sender = Sender {
        closing: Closing(Arc::clone(&closed)),
        messages: tx,
        permits: (capacity > 0).then_some(taken),
    };
    let receiver = Receiver {
        messages: rx,
        permits,
        closed,
    };
    (sender, receiver)
}

/// What those who have closed the channel, or dropped their end, passed on.
type Closed = Arc<Mutex<Edge>>;

struct Message<T> {
    value: T,
    edge: Edge,
    /// Where the sender waits for the receiver.
    receipt: Option<channels::Sender<Edge>>,
}

/// The end that messages go in: [`channels::Sender`].
pub struct Sender<T> {
    // The first field, to be dropped before the channel may close.
    closing: Closing,
    messages: channels::Sender<Message<T>>,
    permits: Option<channels::Receiver<Edge>>,
}

/// The end that messages come out of: [`channels::Receiver`].
pub struct Receiver<T> {
    messages: channels::Receiver<Message<T>>,
    permits: channels::Sender<Edge>,
    closed: Closed,
}

/// A sender's part in closing: its end.
#[derive(Clone)]
struct Closing(Closed);

impl Drop for Closing {
    fn drop(&mut self) {
        lock(&self.0).release();
    }
}

impl<T> Sender<T> {
    /// [`channels::Sender::send`].
    ///
    /// # Errors
    ///
    /// As that has them.
    pub fn send(&self, value: T) -> Result<(), SendError<T>> {
        if let Some(permits) = &self.permits {
            let Ok(permit) = permits.recv() else {
                return Err(SendError(value));
            };
            permit.acquire();
            return unwrapped(self.messages.send(Message::new(value, None)));
        }
        let (receipt, received) = channels::channel(1);
        unwrapped(self.messages.send(Message::new(value, Some(receipt))))?;
        received.recv().iter().for_each(Edge::acquire);
        Ok(())
    }

    /// The same for tasks: [`channels::Sender::send_async`].
    ///
    /// # Errors
    ///
    /// As that has them.
    pub async fn send_async(&self, value: T) -> Result<(), SendError<T>> {
        if let Some(permits) = &self.permits {
            let Ok(permit) = permits.recv_async().await else {
                return Err(SendError(value));
            };
            permit.acquire();
            // A permit is room in the buffer: this does not wait.
            return unwrapped(self.messages.send(Message::new(value, None)));
        }
        let (receipt, received) = channels::channel(1);
        let message = Message::new(value, Some(receipt));
        unwrapped(self.messages.send_async(message).await)?;
        received.recv_async().await.iter().for_each(Edge::acquire);
        Ok(())
    }

    /// [`channels::Sender::close`].
    ///
    /// # Errors
    ///
    /// As that has them.
    pub fn close(&self) -> Result<(), CloseError> {
        lock(&self.closing.0).release();
        if let Some(permits) = &self.permits {
            // Who waits for one hears of the end. That it was closed before is said below.
            let _ = permits.close();
        }
        self.messages.close()
    }
}

fn unwrapped<T>(sent: Result<(), SendError<Message<T>>>) -> Result<(), SendError<T>> {
    sent.map_err(|SendError(message)| SendError(message.value))
}

impl<T> Message<T> {
    fn new(value: T, receipt: Option<channels::Sender<Edge>>) -> Self {
        let edge = Edge::released();
        Message {
            value,
            edge,
            receipt,
        }
    }
}

impl<T> Receiver<T> {
    /// [`channels::Receiver::recv`].
    ///
    /// # Errors
    ///
    /// As that has them.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.received(self.messages.recv())
    }

    /// The same for tasks: [`channels::Receiver::recv_async`].
    ///
    /// # Errors
    ///
    /// As that has them.
    pub async fn recv_async(&self) -> Result<T, RecvError> {
        self.received(self.messages.recv_async().await)
    }

    /// The messages until the channel is closed and empty, waiting for each.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        std::iter::from_fn(|| self.recv().ok())
    }

    fn received(&self, message: Result<Message<T>, RecvError>) -> Result<T, RecvError> {
        let message = message.inspect_err(|RecvError| lock(&self.closed).acquire())?;
        message.edge.acquire();
        let back = message.receipt.as_ref().unwrap_or(&self.permits);
        // There is room for it; or the senders are gone, and nobody asks.
        let _ = back.send(Edge::released());
        Ok(message.value)
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Sender {
            closing: self.closing.clone(),
            messages: self.messages.clone(),
            permits: self.permits.clone(),
        }
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Receiver {
            messages: self.messages.clone(),
            permits: self.permits.clone(),
            closed: Arc::clone(&self.closed),
        }
    }
}

impl<T> fmt::Debug for Sender<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.messages.fmt(f)
    }
}

impl<T> fmt::Debug for Receiver<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.messages.fmt(f)
    }
}
