//! Go's `hchan`: a buffer, two queues of waiters, and the lock for the queues.
//!
//! # Invariants
//!
//! - While the buffer holds a value, nobody waits to receive; while it has room, nobody to send.
//! - On a closed channel nobody waits; but when a value may still come back ([`Unseen`]),
//!   receivers do.
//! - Senders are stopped (see [`Ring`]) while somebody waits to receive, and when the channel is
//!   closed. Receivers are stopped while somebody waits to send, and while a value came back.
//!   [`Channel::unlock`] sees to it.
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
use super::unseen::Unseen;
use super::wait_queue::{Claimed, Sudog, WaitQueue};
use crate::backoff::Snooze;
use crate::error::{TryRecvError, TrySendError};
use crate::inspect::Inspection;
use crate::sync::atomic::AtomicUsize;
use crate::sync::{Mutex, MutexGuard};

pub(crate) struct Channel<T> {
    ring: Ring<T>,
    rest: OwnLine<Rest<T>>,
}

/// All that is not the ring. On one line, since what of it changes often, changes with the lock.
struct Rest<T> {
    lock: Mutex<Locked<T>>,
    unseen: Unseen,
    /// Never ready: values do not even meet waiters.
    is_never: bool,
    senders: AtomicUsize,
    receivers: AtomicUsize,
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
        };
        Self {
            ring: Ring::new(capacity),
            rest: OwnLine(Rest {
                lock: Mutex::new(locked),
                unseen: Unseen::new(),
                is_never,
                senders: AtomicUsize::new(1),
                receivers: AtomicUsize::new(1),
            }),
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

    /// Sends to a waiting receiver. The value comes back when there is a place in the ring.
    #[cold]
    fn send_locked(&self, value: T) -> Result<Result<(), TrySendError<T>>, T> {
        let mut locked = self.lock();
        if self.unseen().is_closed() {
            return Ok(Err(TrySendError::Closed(value)));
        }
        if self.rest.0.is_never {
            return Ok(Err(TrySendError::Full(value)));
        }
        if let Some(receiver) = locked.receivers.claim_first() {
            let wakeup = self.hand_over(&mut locked, receiver, value);
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
        let mut snooze = Snooze::new();
        loop {
            match self.ring.pop() {
                Pop::Value(value) => return Ok(value),
                Pop::Empty => return Err(TryRecvError::Empty),
                Pop::Ask => {}
            }
            if let Some(result) = self.receive_locked() {
                return result;
            }
            snooze.snooze();
        }
    }

    /// Receives what came back, or from a waiting sender. Nothing when there is a value in the ring.
    #[cold]
    fn receive_locked(&self) -> Option<Result<T, TryRecvError>> {
        let mut locked = self.lock();
        if self.rest.0.is_never {
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
        if self.has_ring() && !self.ring.ends().is_empty() {
            self.unlock(locked);
            return None;
        }
        let is_over = self.unseen().is_over();
        self.unlock(locked);
        Some(Err(if is_over {
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
            if self.unseen().is_closed() {
                return Enlist::Done;
            }
            if let Some(receiver) = locked.receivers.claim_first() {
                // SAFETY: it is not in the queue, so this is the owner.
                let value = unsafe { sudog.take() }.expect("a sender has a value");
                let wakeup = self.hand_over(&mut locked, receiver, value);
                self.unlock(locked);
                wakeup.wake();
                return Enlist::Done;
            }
        }
        let is_possible = self.unseen().is_closed()
            || locked.receivers.has_other_than(sleeper)
            || self.has_ring() && !self.ring.stop_receivers_if_full();
        if is_possible && !self.rest.0.is_never {
            self.unlock(locked);
            return Enlist::Ready;
        }
        // SAFETY: the caller promises it.
        unsafe { locked.senders.push(sudog, sleeper, case) };
        self.ring.stop_receivers(true);
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
                self.unlock(locked);
                // SAFETY: it is not in the queue, so this is the owner.
                unsafe { sudog.put(value) };
                wakeup.wake();
                return Enlist::Done;
            }
            if self.unseen().is_over() {
                return Enlist::Done;
            }
        }
        let is_possible = self.unseen().is_over()
            || !locked.returned.is_empty()
            || locked.senders.has_other_than(sleeper)
            || self.has_ring() && !self.ring.stop_senders_if_empty();
        if is_possible && !self.rest.0.is_never {
            self.unlock(locked);
            return Enlist::Ready;
        }
        // SAFETY: the caller promises it.
        unsafe { locked.receivers.push(sudog, sleeper, case) };
        self.ring.stop_senders(true);
        Enlist::Waiting
    }

    /// Who waits only here, for a channel without a buffer, can do with one visit to the lock.
    fn can_meet(&self, sleeper: &Sleeper) -> bool {
        !self.has_ring() && !sleeper.in_select() && !self.rest.0.is_never
    }

    /// # Safety
    ///
    /// `sudog` was only ever enlisted as a sender of this channel.
    pub(crate) unsafe fn withdraw_sender(&self, sudog: &Sudog<T>) {
        let mut locked = self.lock();
        // SAFETY: the caller promises it.
        unsafe { locked.senders.remove(sudog) };
        self.ring.stop_receivers(locked.stops_receivers());
    }

    /// Leaves the queue. If a value was handed over, it is the owner's from now on.
    ///
    /// # Safety
    ///
    /// `sudog` was only ever enlisted as a receiver of this channel.
    pub(crate) unsafe fn withdraw_receiver(&self, sudog: &Sudog<T>) {
        let mut locked = self.lock();
        // SAFETY: the caller promises it.
        unsafe { locked.receivers.remove(sudog) };
        self.ring.stop_senders(self.stops_senders(&locked));
    }

    /// A task has looked at a value that was handed to it.
    #[inline]
    pub(crate) fn see(&self) {
        if self.unseen().remove() {
            self.end(self.lock());
        }
    }

    /// Leaves the queue for good. If a value was handed over, the next receiver gets it.
    ///
    /// All under one hold of the lock: at no time is the value neither among the unseen nor back, so
    /// that a receiver could hear of the end meanwhile.
    ///
    /// # Safety
    ///
    /// As for [`withdraw_receiver`](Self::withdraw_receiver).
    pub(crate) unsafe fn cancel_receiver(&self, sudog: &Sudog<T>) {
        let mut locked = self.lock();
        // SAFETY: the caller promises it.
        unsafe { locked.receivers.remove(sudog) };
        // SAFETY: it is in no queue, so this is the owner.
        let next = unsafe { sudog.take() }.and_then(|value| {
            // SAFETY: as above.
            let number = unsafe { sudog.hand_over() };
            self.give_back(&mut locked, value, number)
        });
        self.end(locked);
        next.into_iter().for_each(Wakeup::wake);
    }

    /// False when it was closed before.
    pub(crate) fn close(&self) -> bool {
        let mut locked = self.lock();
        if self.rest.0.is_never || !self.unseen().close() {
            return false;
        }
        let mut wakeups = Vec::new();
        while let Some(sender) = locked.senders.claim_first() {
            wakeups.push(sender.finish());
        }
        self.end(locked);
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

    /// How many `Sender`s there are. Who takes it to 0 closes the channel.
    pub(crate) fn senders(&self) -> &AtomicUsize {
        &self.rest.0.senders
    }

    /// How many `Receiver`s there are. Who takes it to 0 discards the channel.
    pub(crate) fn receivers(&self) -> &AtomicUsize {
        &self.rest.0.receivers
    }

    /// Without a buffer, senders and receivers meet.
    pub(crate) fn has_ring(&self) -> bool {
        self.capacity() > 0
    }

    /// Under the lock, or it would be known before the senders are stopped: who has seen that the
    /// channel is closed cannot send afterwards.
    pub(crate) fn is_closed(&self) -> bool {
        let _locked = self.lock();
        self.unseen().is_closed()
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
            closed: self.unseen().is_closed(),
        }
    }

    // Nothing of the caller's runs under the lock: a poisoned one guards a whole state all the same.
    fn lock(&self) -> MutexGuard<'_, Locked<T>> {
        let lock = &self.rest.0.lock;
        lock.lock().unwrap_or_else(|p| p.into_inner())
    }

    fn unseen(&self) -> &Unseen {
        &self.rest.0.unseen
    }

    /// Stops senders and receivers, or lets them go on, as the state demands.
    fn unlock(&self, locked: MutexGuard<'_, Locked<T>>) {
        self.ring.stop_senders(self.stops_senders(&locked));
        self.ring.stop_receivers(locked.stops_receivers());
    }

    /// As [`unlock`](Self::unlock); when it is over, tells all who wait to receive.
    #[cold]
    fn end(&self, mut locked: MutexGuard<'_, Locked<T>>) {
        let mut wakeups = Vec::new();
        while self.unseen().is_over()
            && let Some(receiver) = locked.receivers.claim_first()
        {
            wakeups.push(receiver.finish());
        }
        self.unlock(locked);
        wakeups.into_iter().for_each(Wakeup::wake);
    }

    fn hand_over(&self, locked: &mut Locked<T>, receiver: Claimed<T>, value: T) -> Wakeup {
        locked.hand_overs += 1;
        receiver.give(value, locked.hand_overs, self.unseen())
    }

    /// A value that was handed over goes to the next receiver, or to the front of the channel.
    fn give_back(&self, locked: &mut Locked<T>, value: T, hand_over: u64) -> Option<Wakeup> {
        let next = locked.receivers.claim_first();
        let wakeup = match next {
            Some(receiver) => Some(receiver.give(value, hand_over, self.unseen())),
            None => {
                locked.returned.insert(hand_over, value);
                None
            }
        };
        // Whether that was the last one, `end` asks, which follows under the same hold of the lock.
        let _ = self.unseen().remove();
        wakeup
    }

    fn stops_senders(&self, locked: &Locked<T>) -> bool {
        self.unseen().is_closed() || !locked.receivers.is_empty()
    }
}

impl<T> Locked<T> {
    fn stops_receivers(&self) -> bool {
        !self.returned.is_empty() || !self.senders.is_empty()
    }
}
