//! How a thread and how a task wait for the first of several cases.
//!
//! 1. Try each case, in random order. Usually one is possible, and no queue was touched.
//! 2. Stand in the queue of each channel, one after another. When an operation turns out to have
//!    become possible meanwhile, leave them all and begin again.
//! 3. Sleep until a peer fires one of the cases.
//! 4. Leave the other queues.
//!
//! Go locks all channels of a select at once instead, in the order of their addresses. Taking one
//! lock at a time is cheaper, but two selects that could serve each other might each see the other
//! standing in a queue, both leave, and begin again, for ever. So queues are entered in the order
//! of addresses too: whoever comes second to the first channel that both want steps back before it
//! is seen in another queue, and finds the first one still waiting.
//!
//! # Soundness
//!
//! A sleeper must outlive its place in the queues. [`block`] cannot return or panic before it has
//! called [`leave`]; [`Waiting`] is pinned, and its owners [`cancel`] when they are dropped.

#![allow(unsafe_code)]

use std::marker::PhantomPinned;
use std::pin::Pin;
use std::task::{Context, Poll, RawWakerVTable, Waker};
use std::time::Instant;

use super::case::Operation;
use crate::backoff::Backoff;
use crate::engine::{Enlist, Sleeper};
use crate::random;

/// A case, and which one it is for who asked: the entries are shuffled.
pub struct Entry<'a, C: ?Sized> {
    number: usize,
    case: Pin<&'a mut C>,
}

impl<'a, C: ?Sized> Entry<'a, C> {
    /// The case of this number.
    pub fn new(number: usize, case: Pin<&'a mut C>) -> Self {
        Self { number, case }
    }
}

/// Which of several possible cases wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Any, each as often as the others.
    Random,
    /// The first.
    Biased,
}

/// Does the first case that is possible without waiting, and says which.
#[inline]
pub(crate) fn attempt<C>(entries: &mut [Entry<'_, C>], order: Order) -> Option<usize>
where
    C: ?Sized + Operation,
{
    if order == Order::Biased {
        entries.sort_unstable_by_key(|entry| entry.number);
    }
    for tried in 0..entries.len() {
        if order == Order::Random && tried + 1 < entries.len() {
            let other = tried + random::below(entries.len() - tried);
            entries.swap(tried, other);
        }
        if entries[tried].case.as_mut().attempt() {
            return Some(entries[tried].number);
        }
    }
    None
}

/// Stands in all queues, or in none when a case has become possible.
///
/// # Safety
///
/// `sleeper` stays where it is until `withdraw` was called with the same entries.
#[inline]
unsafe fn enlist<C>(entries: &mut [Entry<'_, C>], sleeper: &Sleeper) -> Enlist
where
    C: ?Sized + Operation,
{
    entries.sort_unstable_by_key(rank);
    for position in 0..entries.len() {
        let Entry { number, case } = &mut entries[position];
        // SAFETY: the caller promises it.
        let answer = unsafe { case.as_mut().enlist(sleeper, *number) };
        match answer {
            Enlist::Waiting => {}
            Enlist::Ready => {
                withdraw(&mut entries[..position]);
                return Enlist::Ready;
            }
            Enlist::Done => {
                case.as_mut().settle();
                return Enlist::Done;
            }
        }
    }
    Enlist::Waiting
}

#[cfg(not(any(loom, shuttle)))]
fn rank<C: ?Sized + Operation>(entry: &Entry<'_, C>) -> usize {
    entry.case.address()
}

/// A model has to take the same course each time, wherever its channels are.
#[cfg(any(loom, shuttle))]
fn rank<C: ?Sized + Operation>(entry: &Entry<'_, C>) -> usize {
    entry.number
}

/// Leaves all queues. Afterwards the sleeper is fired, or nobody can fire it any more.
#[inline]
fn withdraw<C>(entries: &mut [Entry<'_, C>])
where
    C: ?Sized + Operation,
{
    for entry in entries {
        entry.case.as_mut().withdraw();
    }
}

/// Leaves all queues and gives back what was handed over meanwhile.
pub(crate) fn cancel<C>(entries: &mut [Entry<'_, C>])
where
    C: ?Sized + Operation,
{
    for entry in entries {
        entry.case.as_mut().cancel();
    }
}

/// Leaves all queues, and says which case has fired, if one has.
#[inline]
fn leave<C>(entries: &mut [Entry<'_, C>], sleeper: &Sleeper) -> Option<usize>
where
    C: ?Sized + Operation,
{
    // The peer has taken out the case it fired, which then needs no lock.
    let fired = settle(entries, sleeper);
    if fired.is_none() || entries.len() > 1 {
        withdraw(entries);
    }
    fired.or_else(|| settle(entries, sleeper))
}

#[inline]
fn settle<C>(entries: &mut [Entry<'_, C>], sleeper: &Sleeper) -> Option<usize>
where
    C: ?Sized + Operation,
{
    let fired = sleeper.fired()?;
    let entry = entries.iter_mut().find(|entry| entry.number == fired)?;
    entry.case.as_mut().settle();
    Some(fired)
}

/// Waits as a thread, when an attempt has just found nothing possible. Nothing when the deadline
/// came first.
pub(crate) fn block<C>(
    entries: &mut [Entry<'_, C>],
    order: Order,
    deadline: Option<Instant>,
) -> Option<usize>
where
    C: ?Sized + Operation,
{
    let mut backoff = Backoff::new();
    if entries.iter().any(|entry| entry.case.has_buffer()) {
        // Others can go on without a word, as long as this thread stands in no queue.
        while backoff.try_again(deadline) {
            if let Some(done) = attempt(entries, order) {
                backoff.succeed();
                return Some(done);
            }
        }
    }
    loop {
        let sleeper = Sleeper::thread(entries.len() > 1);
        // SAFETY: nothing between here and `leave` can panic or return.
        let answer = unsafe { enlist(entries, &sleeper) };
        let is_over = answer == Enlist::Waiting && sleeper.sleep(deadline, &mut backoff).is_none();
        if let Some(done) = leave(entries, &sleeper).or_else(|| attempt(entries, order)) {
            return Some(done);
        }
        if is_over {
            return None;
        }
    }
}

/// A task's waiting, from poll to poll. Its owner cancels the entries when it is dropped.
pub(crate) struct Waiting {
    sleeper: Sleeper,
    /// The waker that the sleeper has, while it stands in the queues.
    waker: Option<WakerIdentity>,
    _pinned: PhantomPinned,
}

impl Waiting {
    #[inline]
    pub(crate) fn new(in_select: bool) -> Self {
        Self {
            sleeper: Sleeper::task(in_select),
            waker: None,
            _pinned: PhantomPinned,
        }
    }

    /// Whether its cases stand in the queues.
    pub(crate) fn is_enlisted(&self) -> bool {
        self.waker.is_some()
    }

    /// Waits as a task, when an attempt has just found nothing possible. The entries have the same
    /// cases at each call.
    #[inline]
    pub(crate) fn poll<C>(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        entries: &mut [Entry<'_, C>],
        order: Order,
    ) -> Poll<usize>
    where
        C: ?Sized + Operation,
    {
        // SAFETY: nothing is moved out of it.
        let this = unsafe { self.get_unchecked_mut() };
        loop {
            if let Some(registered) = &this.waker {
                let is_fired = this.sleeper.fired().is_some();
                if !is_fired && registered.is(context.waker()) {
                    return Poll::Pending;
                }
                // Fired; or moved to another task, which has to be woken from now on.
                this.waker = None;
                if let Some(done) = leave(entries, &this.sleeper) {
                    return Poll::Ready(done);
                }
            }
            this.sleeper.prepare(context.waker());
            // SAFETY: it is pinned, and its owner cancels.
            match unsafe { enlist(entries, &this.sleeper) } {
                Enlist::Waiting => {
                    this.waker = Some(WakerIdentity::of(context.waker()));
                    return Poll::Pending;
                }
                Enlist::Done => return Poll::Ready(0),
                Enlist::Ready => {}
            }
            if let Some(done) = leave(entries, &this.sleeper).or_else(|| attempt(entries, order)) {
                return Poll::Ready(done);
            }
        }
    }
}

/// Which task a waker wakes, without keeping it. While the sleeper has the waker, no other has the
/// same identity; afterwards the sleeper is fired, and the task is polled in any case.
struct WakerIdentity {
    data: *const (),
    vtable: &'static RawWakerVTable,
}

// SAFETY: the pointer is compared and never followed.
unsafe impl Send for WakerIdentity {}
// SAFETY: as above.
unsafe impl Sync for WakerIdentity {}

impl WakerIdentity {
    #[inline]
    fn of(waker: &Waker) -> Self {
        Self {
            data: waker.data(),
            vtable: waker.vtable(),
        }
    }

    #[inline]
    fn is(&self, waker: &Waker) -> bool {
        self.data == waker.data() && self.vtable == waker.vtable()
    }
}
