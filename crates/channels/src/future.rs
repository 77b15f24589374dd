//! Sending and receiving without holding up the thread, on any executor.
//!
//! Most operations are possible at once, and then a future should cost no more than a call: what is
//! needed for waiting is made in place when the first poll finds that it has to wait. Up to there `poll`
//! is small enough to become part of the task that calls it; the rest (`wait`) stays out of line.
//!
//! # Soundness
//!
//! The only unsafe here is pinning: `wait` is pinned with the future, it is never moved out of it,
//! and is dropped in its place. Of its fields the case goes first, being the first, and leaves its
//! queue before `waiting` is gone.

#![allow(unsafe_code)]

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::error::{RecvError, SendError, TryRecvError, TrySendError};
use crate::select::{Case, Entry, Order, RecvCase, SendCase, Waiting};
use crate::{Receiver, Sender};

/// The future of [`send_async`](Sender::send_async).
///
/// Dropped before it is ready, it may have sent the message or not; one that was not sent is dropped
/// with it.
#[must_use = "a future does nothing until it is awaited"]
pub struct SendFuture<'a, T> {
    sender: &'a Sender<T>,
    /// Until the first poll.
    value: Option<T>,
    wait: Option<Wait<SendCase<'a, T>>>,
}

/// The future of [`recv_async`](Receiver::recv_async).
///
/// It can be dropped at any time, and no message is lost: one that a sender had handed to it already
/// goes to another waiting receiver, or else back to the front of the channel, which then holds more
/// than its capacity until the next receive.
///
/// So the end of a closed channel comes after that message: until this future is polled or dropped,
/// other receivers wait. A task that keeps it and does neither must not wait for the end itself.
#[must_use = "a future does nothing until it is awaited"]
pub struct RecvFuture<'a, T> {
    receiver: &'a Receiver<T>,
    wait: Option<Wait<RecvCase<'a, T>>>,
}

/// An operation that has to wait.
struct Wait<C> {
    case: C,
    waiting: Waiting,
}

impl<C: Case> Wait<C> {
    /// Waits until the case is done.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Pin<&mut C>> {
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        // SAFETY: it is pinned with its owner.
        let mut case = unsafe { Pin::new_unchecked(&mut this.case) };
        // SAFETY: as above.
        let waiting = unsafe { Pin::new_unchecked(&mut this.waiting) };
        let mut entries = [Entry::new(0, case.as_mut())];
        waiting
            .poll(context, &mut entries, Order::Biased)
            .map(|_| case)
    }
}

impl<'a, T> SendFuture<'a, T> {
    pub(crate) fn new(sender: &'a Sender<T>, value: T) -> Self {
        Self {
            sender,
            value: Some(value),
            wait: None,
        }
    }
}

impl<'a, T> RecvFuture<'a, T> {
    pub(crate) fn new(receiver: &'a Receiver<T>) -> Self {
        Self {
            receiver,
            wait: None,
        }
    }
}

impl<T> SendFuture<'_, T> {
    #[cold]
    fn begin_to_wait(&mut self, value: T) {
        self.wait = Some(Wait {
            case: SendCase::new(self.sender, value),
            waiting: Waiting::new(false),
        });
    }

    #[cold]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        let wait = self
            .wait
            .as_mut()
            .expect("a future is not polled after it was ready");
        // SAFETY: it is pinned with the future.
        let case = ready!(unsafe { Pin::new_unchecked(wait) }.poll(context));
        let result = case.finish().expect("the case is done");
        self.wait = None;
        Poll::Ready(result)
    }
}

impl<T> Future for SendFuture<'_, T> {
    type Output = Result<(), SendError<T>>;

    /// # Panics
    ///
    /// After it was ready.
    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing pinned is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        if let Some(value) = this.value.take() {
            match this.sender.channel().try_send(value) {
                Ok(()) => return Poll::Ready(Ok(())),
                Err(TrySendError::Closed(value)) => return Poll::Ready(Err(SendError(value))),
                Err(TrySendError::Full(value)) => this.begin_to_wait(value),
            }
        }
        this.wait(context)
    }
}

impl<T> RecvFuture<'_, T> {
    #[cold]
    fn wait(&mut self, context: &mut Context<'_>) -> Poll<Result<T, RecvError>> {
        let wait = self.wait.get_or_insert_with(|| Wait {
            case: RecvCase::new(self.receiver),
            waiting: Waiting::new(false),
        });
        // SAFETY: it is pinned with the future.
        let case = ready!(unsafe { Pin::new_unchecked(wait) }.poll(context));
        let result = case.finish().expect("the case is done");
        self.wait = None;
        Poll::Ready(result)
    }
}

impl<T> Future for RecvFuture<'_, T> {
    type Output = Result<T, RecvError>;

    /// After it was ready, another poll waits for the next message.
    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: nothing pinned is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        if this.wait.is_none() {
            match this.receiver.channel().try_recv() {
                Ok(value) => return Poll::Ready(Ok(value)),
                Err(TryRecvError::Closed) => return Poll::Ready(Err(RecvError)),
                Err(TryRecvError::Empty) => {}
            }
        }
        this.wait(context)
    }
}

/// The messages of a channel as a stream: see [`Receiver::stream`].
#[must_use = "a stream does nothing until it is polled"]
pub struct RecvStream<'a, T> {
    next: Pin<Box<RecvFuture<'a, T>>>,
}

impl<'a, T> RecvStream<'a, T> {
    pub(crate) fn new(receiver: &'a Receiver<T>) -> Self {
        Self {
            next: Box::pin(RecvFuture::new(receiver)),
        }
    }
}

impl<T> Stream for RecvStream<'_, T> {
    type Item = T;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.next.as_mut().poll(context).map(Result::ok)
    }
}
