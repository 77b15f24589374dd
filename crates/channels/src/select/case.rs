//! One send or one receive that may have to wait: the arms of a select, and every blocking
//! operation and every future, which are selects with one arm.
//!
//! # Soundness
//!
//! A case is pinned before it is enlisted, and leaves the queue in its `drop` at the latest. So a
//! linked sudog is in memory, even when somebody forgets a future: what is pinned may leak, but its
//! memory is not used for anything else before it was dropped.

#![allow(unsafe_code)]

use std::pin::Pin;

use crate::engine::{Channel, Enlist, Sleeper, Sudog};
use crate::error::{RecvError, SendError, TryRecvError, TrySendError};
use crate::{Receiver, Sender};

/// What select can wait for: a [`RecvCase`] or a [`SendCase`].
#[expect(private_bounds, reason = "sealed: how to wait is the engine's affair")]
pub trait Case: Operation {}

impl<T> Case for RecvCase<'_, T> {}
impl<T> Case for SendCase<'_, T> {}

pub(crate) trait Operation {
    /// Does it if that needs no waiting; true when it is done, also when an earlier call has seen to
    /// it. The outcome stays in the case.
    fn attempt(self: Pin<&mut Self>) -> bool;

    /// Stands in the queue, if the operation is not possible now. If it is, or if a select that was
    /// forgotten has left the case in the queue, `attempt` sees to it.
    ///
    /// # Safety
    ///
    /// `sleeper` stays where it is until `withdraw` was called or this case is dropped, or it was
    /// fired for this case.
    unsafe fn enlist(self: Pin<&mut Self>, sleeper: &Sleeper, number: usize) -> Enlist;

    /// Leaves the queue. It may have been fired before, and then still has to be settled.
    fn withdraw(self: Pin<&mut Self>);

    /// Leaves the queue, and wants nothing any more.
    fn cancel(self: Pin<&mut Self>);

    /// Makes the outcome out of what a peer left that has fired this case.
    fn settle(self: Pin<&mut Self>);

    /// The same for all cases of the same channel.
    #[cfg_attr(any(loom, shuttle), allow(dead_code, reason = "see `rank`"))]
    fn address(&self) -> usize;

    fn has_buffer(&self) -> bool;
}

/// Receiving, as a case of a [`Select`](super::Select).
///
/// A value that a sender hands over is in the case until [`finish`](Self::finish) takes it; when
/// the case is dropped first, the value goes back to the front of the channel.
pub struct RecvCase<'a, T> {
    channel: &'a Channel<T>,
    sudog: Sudog<T>,
    is_enlisted: bool,
    /// Who waits, or waited, in the queue is a task.
    is_task: bool,
    outcome: Option<Result<T, RecvError>>,
}

/// Sending, as a case of a [`Select`](super::Select). It sends once.
pub struct SendCase<'a, T> {
    channel: &'a Channel<T>,
    /// Its element is the value, until that is sent.
    sudog: Sudog<T>,
    is_enlisted: bool,
    /// Done, or closed: there is no value to send any more.
    is_sent: bool,
    outcome: Option<Result<(), SendError<T>>>,
}

impl<'a, T> RecvCase<'a, T> {
    /// Receives from `receiver` when it is this case's turn.
    pub fn new(receiver: &'a Receiver<T>) -> Self {
        Self {
            channel: receiver.channel(),
            sudog: Sudog::new(None),
            is_enlisted: false,
            is_task: false,
            outcome: None,
        }
    }

    /// What was received; nothing when it was not this case's turn.
    pub fn finish(self: Pin<&mut Self>) -> Option<Result<T, RecvError>> {
        self.project().outcome.take()
    }

    fn project(self: Pin<&mut Self>) -> &mut Self {
        // SAFETY: nothing is moved out of it but the outcome, which is not pinned.
        unsafe { self.get_unchecked_mut() }
    }

    #[inline]
    fn leave(&mut self) {
        if std::mem::take(&mut self.is_enlisted) {
            // SAFETY: it was enlisted here, as a receiver.
            unsafe { self.channel.withdraw_receiver(&self.sudog) };
        }
    }

    /// Nothing is lost: a value that nobody looked at goes back.
    #[inline]
    fn give_up(&mut self) {
        if std::mem::take(&mut self.is_enlisted) {
            // SAFETY: it was enlisted here, as a receiver.
            unsafe { self.channel.cancel_receiver(&self.sudog) };
        }
    }

    /// What a sender has left.
    fn delivery(&mut self) -> Option<T> {
        // SAFETY: it is in no queue, so this is the owner.
        let value = unsafe { self.sudog.take() }?;
        if self.is_task {
            self.channel.see();
        }
        Some(value)
    }
}

impl<T> Operation for RecvCase<'_, T> {
    fn attempt(self: Pin<&mut Self>) -> bool {
        let this = self.project();
        this.leave();
        if this.outcome.is_none() {
            this.outcome = match this.delivery() {
                Some(value) => Some(Ok(value)),
                None => match this.channel.try_recv() {
                    Ok(value) => Some(Ok(value)),
                    Err(TryRecvError::Closed) => Some(Err(RecvError)),
                    Err(TryRecvError::Empty) => None,
                },
            };
        }
        this.outcome.is_some()
    }

    unsafe fn enlist(self: Pin<&mut Self>, sleeper: &Sleeper, number: usize) -> Enlist {
        let this = self.project();
        if this.is_enlisted {
            return Enlist::Ready;
        }
        // SAFETY: the sudog is pinned with the case; of `sleeper` the caller promises it.
        let answer = unsafe { this.channel.enlist_receiver(&this.sudog, sleeper, number) };
        this.is_enlisted = answer == Enlist::Waiting;
        this.is_task = this.is_enlisted && sleeper.is_task();
        answer
    }

    fn withdraw(self: Pin<&mut Self>) {
        self.project().leave();
    }

    fn cancel(self: Pin<&mut Self>) {
        self.project().give_up();
    }

    fn settle(self: Pin<&mut Self>) {
        let this = self.project();
        this.is_enlisted = false;
        this.outcome = Some(this.delivery().ok_or(RecvError));
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self.channel).addr()
    }

    fn has_buffer(&self) -> bool {
        self.channel.has_ring()
    }
}

impl<T> Drop for RecvCase<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.give_up();
    }
}

impl<'a, T> SendCase<'a, T> {
    /// Sends `value` to `sender` when it is this case's turn.
    pub fn new(sender: &'a Sender<T>, value: T) -> Self {
        Self {
            channel: sender.channel(),
            sudog: Sudog::new(Some(value)),
            is_enlisted: false,
            is_sent: false,
            outcome: None,
        }
    }

    /// How sending went; nothing when it was not this case's turn.
    pub fn finish(self: Pin<&mut Self>) -> Option<Result<(), SendError<T>>> {
        self.project().outcome.take()
    }

    /// The value, if it was not sent.
    pub fn into_unsent(self: Pin<&mut Self>) -> Option<T> {
        let this = self.project();
        this.leave();
        this.value()
    }

    fn project(self: Pin<&mut Self>) -> &mut Self {
        // SAFETY: nothing is moved out of it but value and outcome, which are not pinned.
        unsafe { self.get_unchecked_mut() }
    }

    #[inline]
    fn leave(&mut self) {
        if std::mem::take(&mut self.is_enlisted) {
            // SAFETY: it was enlisted here, as a sender.
            unsafe { self.channel.withdraw_sender(&self.sudog) };
        }
    }

    fn value(&mut self) -> Option<T> {
        // SAFETY: it is in no queue, so this is the owner.
        unsafe { self.sudog.take() }
    }
}

impl<T> Operation for SendCase<'_, T> {
    fn attempt(self: Pin<&mut Self>) -> bool {
        let this = self.project();
        this.leave();
        if this.outcome.is_none() {
            this.is_sent = true;
            this.outcome = match this.value() {
                None => Some(Ok(())),
                Some(value) => match this.channel.try_send(value) {
                    Ok(()) => Some(Ok(())),
                    Err(TrySendError::Closed(value)) => Some(Err(SendError(value))),
                    Err(TrySendError::Full(value)) => {
                        // SAFETY: it is in no queue, so this is the owner.
                        unsafe { this.sudog.put(value) };
                        this.is_sent = false;
                        None
                    }
                },
            };
        }
        this.outcome.is_some()
    }

    unsafe fn enlist(self: Pin<&mut Self>, sleeper: &Sleeper, number: usize) -> Enlist {
        let this = self.project();
        if this.is_enlisted || this.is_sent {
            return Enlist::Ready;
        }
        // SAFETY: the sudog is pinned with the case; of `sleeper` the caller promises it.
        let answer = unsafe { this.channel.enlist_sender(&this.sudog, sleeper, number) };
        this.is_enlisted = answer == Enlist::Waiting;
        answer
    }

    fn withdraw(self: Pin<&mut Self>) {
        self.project().leave();
    }

    fn cancel(self: Pin<&mut Self>) {
        self.project().leave();
    }

    fn settle(self: Pin<&mut Self>) {
        let this = self.project();
        this.is_enlisted = false;
        this.is_sent = true;
        this.outcome = Some(match this.value() {
            None => Ok(()),
            Some(value) => Err(SendError(value)),
        });
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self.channel).addr()
    }

    fn has_buffer(&self) -> bool {
        self.channel.has_ring()
    }
}

impl<T> Drop for SendCase<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.leave();
    }
}
