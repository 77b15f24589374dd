//! Go's `hchan`: a buffer, two queues of waiters, and the lock for the queues.
//!
//! # Invariants
//!
//! - While the buffer holds a value, nobody waits to receive; while it has room, nobody to send.
//! - On a closed channel nobody waits.
//! - Senders are stopped (see [`Ring`]) while somebody waits to receive, when the channel is closed,
//!   and always when there is no buffer. Receivers are stopped while somebody waits to send, while a
//!   value came back, and always when there is no buffer. [`Channel::unlock`] sees to it.
//!
//! So a send that meets nobody is a push on the ring and touches no lock. One that is stopped takes
//! the lock and does what Go's `chansend` does: it lays the value into the first waiting receiver's
//! hands, without the buffer, and wakes it.
//!
//! # Soundness
//!
//! The queues are reached only under the lock, and each sudog is only in queues of one channel.

#![allow(unsafe_code)]

use std::collections::BTreeMap;

use super::ring::{OwnLine, Pop, Push, Ring};
use super::sleeper::{Sleeper, Wakeup};
use super::wait_queue::{Sudog, WaitQueue};
use crate::error::{TryRecvError, TrySendError};
use crate::inspect::Inspection;
use crate::spin::Backoff;
use crate::sync::{Mutex, MutexGuard};

pub(crate) struct Channel<T> {
    ring: Ring<T>,
    /// Never ready: values do not even meet waiters.
    is_never: bool,
    locked: OwnLine<Mutex<Locked<T>>>,
}

/// What the lock guards.
struct Locked<T> {
    /// Those that wait to receive (`recvq`).
    receivers: WaitQueue<T>,
    /// Those that wait to send (`sendq`).
    senders: WaitQueue<T>,
    /// Values that were handed to waiters who went away before they looked, by the number of their
    /// hand-over. They are older than those in the ring.
    returned: BTreeMap<u64, T>,
    /// How many values were handed to waiting receivers.
    hand_overs: u64,
    closed: bool,
}

/// What came of asking for a place in a queue.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Enlist {
    /// The sleeper stands in the queue.
    Waiting,
    /// It need not wait: the operation has become possible.
    Ready,
    /// The operation is done, as if a peer had fired the sleeper. Only where the sleeper waits for
    /// nothing else, and so cannot be fired by another at the same time.
    Done,
}

impl<T> Channel<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        Self::build(capacity, false)
    }

    pub(crate) fn never() -> Self {
        Self::build(0, true)
    }

    fn build(capacity: usize, is_never: bool) -> Self {
        let locked = Locked {
            receivers: WaitQueue::new(),
            senders: WaitQueue::new(),
            returned: BTreeMap::new(),
            hand_overs: 0,
            closed: false,
        };
        let ring = Ring::new(capacity);
        ring.stop(capacity == 0, capacity == 0);
        Self {
            ring,
            is_never,
            locked: OwnLine(Mutex::new(locked)),
        }
    }

    #[inline]
    pub(crate) fn try_send(&self, mut value: T) -> Result<(), TrySendError<T>> {
        loop {
            value = match self.ring.push(value) {
                Push::Done => return Ok(()),
                Push::Full(value) => return Err(TrySendError::Full(value)),
                Push::Ask(value) => value,
            };
            value = match self.send_locked(value) {
                Ok(result) => return result,
                Err(value) => value,
            };
        }
    }

    /// As [`try_send`](Self::try_send), for who is going to wait otherwise. Without a buffer that
    /// looks for waiters too.
    #[inline]
    pub(crate) fn try_ring_send(&self, value: T) -> Result<(), TrySendError<T>> {
        if self.has_ring() {
            self.try_send(value)
        } else {
            Err(TrySendError::Full(value))
        }
    }

    /// As [`try_recv`](Self::try_recv), for who is going to wait otherwise.
    #[inline]
    pub(crate) fn try_ring_recv(&self) -> Result<T, TryRecvError> {
        if self.has_ring() {
            self.try_recv()
        } else {
            Err(TryRecvError::Empty)
        }
    }

    /// Sends to a waiting receiver. The value comes back when there is a place in the ring.
    #[cold]
    fn send_locked(&self, value: T) -> Result<Result<(), TrySendError<T>>, T> {
        let mut locked = self.lock();
        if locked.closed {
            return Ok(Err(TrySendError::Closed(value)));
        }
        if self.is_never {
            return Ok(Err(TrySendError::Full(value)));
        }
        if let Some(receiver) = locked.receivers.claim_first() {
            locked.hand_overs += 1;
            let wakeup = receiver.give(value, locked.hand_overs);
            self.unlock(locked);
            wakeup.wake();
            return Ok(Ok(()));
        }
        self.unlock(locked);
        if !self.has_ring() {
            return Ok(Err(TrySendError::Full(value)));
        }
        Err(value)
    }

    #[inline]
    pub(crate) fn try_recv(&self) -> Result<T, TryRecvError> {
        let mut backoff = Backoff::new();
        loop {
            match self.ring.pop() {
                Pop::Value(value) => return Ok(value),
                Pop::Empty => return Err(TryRecvError::Empty),
                Pop::Ask => {}
            }
            if let Some(result) = self.receive_locked() {
                return result;
            }
            backoff.snooze();
        }
    }

    /// Receives what came back, or from a waiting sender. Nothing when there is a value in the ring.
    #[cold]
    fn receive_locked(&self) -> Option<Result<T, TryRecvError>> {
        let mut locked = self.lock();
        if self.is_never {
            return Some(Err(TryRecvError::Empty));
        }
        if let Some((_, value)) = locked.returned.pop_first() {
            self.unlock(locked);
            return Some(Ok(value));
        }
        if self.has_ring() && !locked.senders.is_empty() && !self.ring.is_head_filled() {
            return None;
        }
        if let Some(sender) = locked.senders.claim_first() {
            let (mut value, wakeup) = sender.take();
            if self.has_ring() {
                value = self.ring.exchange(value);
            }
            self.unlock(locked);
            wakeup.wake();
            return Some(Ok(value));
        }
        let closed = locked.closed;
        self.unlock(locked);
        if self.has_ring() && !self.ring.ends().is_empty() {
            return None;
        }
        Some(Err(if closed {
            TryRecvError::Closed
        } else {
            TryRecvError::Empty
        }))
    }

    /// Stands in the queue of senders, if sending is not possible now.
    ///
    /// # Safety
    ///
    /// As for [`WaitQueue::push`]; `withdraw_sender` is what removes.
    pub(crate) unsafe fn enlist_sender(
        &self,
        sudog: &Sudog<T>,
        sleeper: &Sleeper,
        case: usize,
    ) -> Enlist {
        let mut locked = self.lock();
        if self.can_meet(sleeper) {
            if locked.closed {
                return Enlist::Done;
            }
            if let Some(receiver) = locked.receivers.claim_first() {
                locked.hand_overs += 1;
                // SAFETY: it is not in the queue, so this is the owner.
                let value = unsafe { sudog.take() }.expect("a sender has a value");
                let wakeup = receiver.give(value, locked.hand_overs);
                drop(locked);
                wakeup.wake();
                return Enlist::Done;
            }
        }
        let is_possible = locked.closed
            || locked.receivers.has_other_than(sleeper)
            || self.has_ring() && !self.ring.stop_receivers_if_full();
        if is_possible && !self.is_never {
            self.unlock(locked);
            return Enlist::Ready;
        }
        // SAFETY: the caller promises it.
        unsafe { locked.senders.push(sudog, sleeper, case) };
        Enlist::Waiting
    }

    /// Stands in the queue of receivers, if receiving is not possible now.
    ///
    /// # Safety
    ///
    /// As for [`WaitQueue::push`]; `withdraw_receiver` is what removes.
    pub(crate) unsafe fn enlist_receiver(
        &self,
        sudog: &Sudog<T>,
        sleeper: &Sleeper,
        case: usize,
    ) -> Enlist {
        let mut locked = self.lock();
        if self.can_meet(sleeper) && locked.returned.is_empty() {
            if let Some(sender) = locked.senders.claim_first() {
                let (value, wakeup) = sender.take();
                drop(locked);
                // SAFETY: it is not in the queue, so this is the owner.
                unsafe { sudog.put(value) };
                wakeup.wake();
                return Enlist::Done;
            }
            if locked.closed {
                return Enlist::Done;
            }
        }
        let is_possible = locked.closed
            || !locked.returned.is_empty()
            || locked.senders.has_other_than(sleeper)
            || self.has_ring() && !self.ring.stop_senders_if_empty();
        if is_possible && !self.is_never {
            self.unlock(locked);
            return Enlist::Ready;
        }
        // SAFETY: the caller promises it.
        unsafe { locked.receivers.push(sudog, sleeper, case) };
        Enlist::Waiting
    }

    /// Who waits only here, for a channel without a buffer, can do with one visit to the lock.
    fn can_meet(&self, sleeper: &Sleeper) -> bool {
        !self.has_ring() && !sleeper.in_select() && !self.is_never
    }

    /// # Safety
    ///
    /// `sudog` was only ever enlisted as a sender of this channel.
    pub(crate) unsafe fn withdraw_sender(&self, sudog: &Sudog<T>) {
        let mut locked = self.lock();
        // SAFETY: the caller promises it.
        unsafe { locked.senders.remove(sudog) };
        self.unlock(locked);
    }

    /// # Safety
    ///
    /// `sudog` was only ever enlisted as a receiver of this channel.
    pub(crate) unsafe fn withdraw_receiver(&self, sudog: &Sudog<T>) {
        let mut locked = self.lock();
        // SAFETY: the caller promises it.
        unsafe { locked.receivers.remove(sudog) };
        self.unlock(locked);
    }

    /// Takes back a value that was handed over and that nobody has looked at: the next receiver gets
    /// it.
    pub(crate) fn give_back(&self, value: T, hand_over: u64) {
        let mut locked = self.lock();
        let Some(receiver) = locked.receivers.claim_first() else {
            locked.returned.insert(hand_over, value);
            self.unlock(locked);
            return;
        };
        let wakeup = receiver.give(value, hand_over);
        self.unlock(locked);
        wakeup.wake();
    }

    /// False when it was closed before.
    pub(crate) fn close(&self) -> bool {
        let mut locked = self.lock();
        if self.is_never || std::mem::replace(&mut locked.closed, true) {
            return false;
        }
        let wakeups = locked.release_all();
        self.unlock(locked);
        wakeups.into_iter().for_each(Wakeup::wake);
        true
    }

    /// The last receiver is gone: closes, and drops what nobody will receive.
    pub(crate) fn discard(&self) {
        self.close();
        while self.try_recv().is_ok() {}
    }

    pub(crate) fn len(&self) -> usize {
        let locked = self.lock();
        self.ring.count(self.ring.ends()) + locked.returned.len()
    }

    pub(crate) fn capacity(&self) -> usize {
        self.ring.capacity()
    }

    /// Without a buffer, senders and receivers meet.
    pub(crate) fn has_ring(&self) -> bool {
        self.capacity() > 0
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(crate) fn inspect(&self) -> Inspection {
        let locked = self.lock();
        let ends = self.ring.ends();
        let (send_index, receive_index) = self.ring.indices(ends);
        Inspection {
            count: self.ring.count(ends) + locked.returned.len(),
            capacity: self.capacity(),
            send_index,
            receive_index,
            senders_waiting: locked.senders.inspect(),
            receivers_waiting: locked.receivers.inspect(),
            closed: locked.closed,
        }
    }

    // Nothing of the caller's runs under the lock: a poisoned one guards a whole state all the same.
    fn lock(&self) -> MutexGuard<'_, Locked<T>> {
        self.locked.0.lock().unwrap_or_else(|p| p.into_inner())
    }

    /// Stops senders and receivers, or lets them go on, as the state demands.
    fn unlock(&self, locked: MutexGuard<'_, Locked<T>>) {
        if self.has_ring() {
            let stop_senders = locked.closed || !locked.receivers.is_empty();
            let stop_receivers = !locked.returned.is_empty() || !locked.senders.is_empty();
            self.ring.stop(stop_senders, stop_receivers);
        }
    }
}

impl<T> Locked<T> {
    fn release_all(&mut self) -> Vec<Wakeup> {
        let mut wakeups = Vec::new();
        while let Some(receiver) = self.receivers.claim_first() {
            wakeups.push(receiver.finish());
        }
        while let Some(sender) = self.senders.claim_first() {
            wakeups.push(sender.finish());
        }
        wakeups
    }
}
