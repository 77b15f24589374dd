//! The queues of a channel, `recvq` and `sendq`: linked lists of [`Sudog`]s, first come first served.
//!
//! A sudog (Go's name: a "pseudo-g") is one place of one sleeper in one queue. A sleeper that
//! selects over three channels has three; a channel for which five sleepers wait has five in its
//! queue. It lies in the memory of who waits (a thread's stack, a future), so waiting allocates
//! nothing, and it can be taken out of the middle of its queue.
//!
//! # Soundness
//!
//! - `place` (the links) is accessed only under the lock of the channel, as `WaitQueue` is. What
//!   `push` and `remove` demand of their callers, keeps each linked sudog in memory.
//! - `element` belongs to the sleeper while the sudog is not in a queue, and after it was fired.
//!   In between it belongs to the one peer that claimed the sleeper, until that one calls `finish`.

#![allow(unsafe_code)]

use std::marker::PhantomPinned;
use std::ptr;

use super::sleeper::{Sleeper, Wakeup};
use super::unseen::Unseen;
use crate::inspect::{Waiter, WaiterKind};
use crate::sync::UnsafeCell;

pub(crate) struct Sudog<T> {
    /// The value that a sender brings, or the place where a receiver wants one.
    element: UnsafeCell<Option<T>>,
    place: UnsafeCell<Place<T>>,
    _pinned: PhantomPinned,
}

/// A sudog's place in its queue.
struct Place<T> {
    sleeper: *const Sleeper,
    /// Which of the sleeper's cases this is.
    case: usize,
    queued: bool,
    previous: *const Sudog<T>,
    next: *const Sudog<T>,
    /// For a receiver that got a value: the how manieth hand-over of the channel it was.
    hand_over: u64,
}

// SAFETY: see the module: all accesses are ordered by the channel's lock and the sleeper's state.
unsafe impl<T: Send> Send for Sudog<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Sudog<T> {}

impl<T> Sudog<T> {
    pub(crate) fn new(element: Option<T>) -> Self {
        let place = Place {
            sleeper: ptr::null(),
            case: 0,
            queued: false,
            previous: ptr::null(),
            next: ptr::null(),
            hand_over: 0,
        };
        Self {
            element: UnsafeCell::new(element),
            place: UnsafeCell::new(place),
            _pinned: PhantomPinned,
        }
    }

    /// # Safety
    ///
    /// Only for who owns `element` now: see the module.
    pub(crate) unsafe fn take(&self) -> Option<T> {
        // SAFETY: the caller owns it.
        self.element
            .with_mut(|element| unsafe { (*element).take() })
    }

    /// # Safety
    ///
    /// Only for who owns `element` now: see the module.
    pub(crate) unsafe fn put(&self, value: T) {
        // SAFETY: the caller owns it.
        self.element
            .with_mut(|element| unsafe { *element = Some(value) });
    }

    /// # Safety
    ///
    /// As [`take`](Self::take).
    pub(crate) unsafe fn hand_over(&self) -> u64 {
        // SAFETY: a sudog that was fired is in no queue, so its owner may look.
        self.place.with(|place| unsafe { (*place).hand_over })
    }

    fn place<R>(&self, change: impl FnOnce(&mut Place<T>) -> R) -> R {
        // SAFETY: only `WaitQueue` calls this, under the channel's lock; `change` does not nest.
        self.place.with_mut(|place| change(unsafe { &mut *place }))
    }
}

/// A queue of a channel. Guarded by the channel's lock.
pub(crate) struct WaitQueue<T> {
    first: *const Sudog<T>,
    last: *const Sudog<T>,
}

// SAFETY: the pointers are to sudogs, which are `Sync` when `T` is `Send`.
unsafe impl<T: Send> Send for WaitQueue<T> {}

impl<T> WaitQueue<T> {
    pub(crate) const fn new() -> Self {
        Self {
            first: ptr::null(),
            last: ptr::null(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.first.is_null()
    }

    /// # Safety
    ///
    /// `sudog` is in no queue. It and `sleeper` stay where they are until `remove` was called, or
    /// the sleeper was fired for this sudog.
    pub(crate) unsafe fn push(&mut self, sudog: &Sudog<T>, sleeper: &Sleeper, case: usize) {
        sudog.place(|place| {
            place.sleeper = sleeper;
            place.case = case;
        });
        let previous = self.last;
        sudog.place(|place| {
            place.queued = true;
            place.previous = previous;
            place.next = ptr::null();
        });
        // SAFETY: what is linked is in memory, as the callers of `push` promise.
        match unsafe { previous.as_ref() } {
            Some(previous) => previous.place(|place| place.next = sudog),
            None => self.first = sudog,
        }
        self.last = sudog;
    }

    /// Takes the sudog out of this queue, if it is still in it.
    ///
    /// # Safety
    ///
    /// `sudog` is in no other queue.
    pub(crate) unsafe fn remove(&mut self, sudog: &Sudog<T>) {
        let (queued, previous, next) = sudog.place(|place| {
            let was_queued = std::mem::replace(&mut place.queued, false);
            (was_queued, place.previous, place.next)
        });
        if !queued {
            return;
        }
        // SAFETY: what is linked is in memory, as the callers of `push` promise.
        match unsafe { previous.as_ref() } {
            Some(previous) => previous.place(|place| place.next = next),
            None => self.first = next,
        }
        // SAFETY: as above.
        match unsafe { next.as_ref() } {
            Some(next) => next.place(|place| place.previous = previous),
            None => self.last = previous,
        }
    }

    /// Takes out the first sudog whose sleeper can be claimed. Those before it were fired by other
    /// channels or have given up: they are taken out too.
    pub(crate) fn claim_first(&mut self) -> Option<Claimed<T>> {
        loop {
            // SAFETY: what is linked is in memory, as the callers of `push` promise.
            let sudog = unsafe { self.first.as_ref() }?;
            // SAFETY: it is in this queue.
            unsafe { self.remove(sudog) };
            let (sleeper, case) = sudog.place(|place| (place.sleeper, place.case));
            // SAFETY: as the sudog, so its sleeper is in memory.
            let is_claimed = unsafe { &*sleeper }.claim();
            if is_claimed {
                return Some(Claimed {
                    sudog,
                    sleeper,
                    case,
                });
            }
        }
    }

    /// Somebody other than `sleeper` waits here, and nobody has fired it.
    pub(crate) fn has_other_than(&self, sleeper: &Sleeper) -> bool {
        self.any(|place| {
            // SAFETY: as the sudog, so its sleeper is in memory.
            !ptr::eq(place.sleeper, sleeper) && unsafe { &*place.sleeper }.is_waiting()
        })
    }

    fn any(&self, mut found: impl FnMut(&Place<T>) -> bool) -> bool {
        let mut next = self.first;
        // SAFETY: what is linked is in memory, as the callers of `push` promise.
        while let Some(sudog) = unsafe { next.as_ref() } {
            if sudog.place(|place| found(place)) {
                return true;
            }
            next = sudog.place(|place| place.next);
        }
        false
    }

    pub(crate) fn inspect(&self) -> Vec<Waiter> {
        let mut waiters = Vec::new();
        self.any(|place| {
            // SAFETY: as the sudog, so its sleeper is in memory.
            let sleeper = unsafe { &*place.sleeper };
            waiters.push(Waiter {
                kind: kind(sleeper),
                in_select: sleeper.in_select(),
            });
            false
        });
        waiters
    }
}

fn kind(sleeper: &Sleeper) -> WaiterKind {
    match sleeper.parking() {
        Some(thread) => WaiterKind::Thread(thread.name()),
        None => WaiterKind::Task,
    }
}

/// A sudog whose sleeper waits for this holder to finish it, under the channel's lock. It must be
/// finished: otherwise the sleeper waits for ever.
#[must_use]
pub(crate) struct Claimed<T> {
    sudog: *const Sudog<T>,
    sleeper: *const Sleeper,
    case: usize,
}

impl<T> Claimed<T> {
    /// Lays a value into a receiver's sudog. A task may be dropped before it looks at it, so the value
    /// counts as unseen until then.
    pub(crate) fn give(self, value: T, hand_over: u64, unseen: &Unseen) -> Wakeup {
        // SAFETY: the sleeper is claimed and not yet finished, so sudog and sleeper are in memory.
        let sudog = unsafe { &*self.sudog };
        // SAFETY: and `element` belongs to who claimed it.
        unsafe { sudog.put(value) };
        // SAFETY: as above.
        if unsafe { &*self.sleeper }.is_task() {
            sudog.place(|place| place.hand_over = hand_over);
            unseen.add();
        }
        self.finish()
    }

    /// Takes a sender's value out of its sudog.
    pub(crate) fn take(self) -> (T, Wakeup) {
        // SAFETY: the sleeper is claimed and not yet finished, so sudog and sleeper are in memory.
        let sudog = unsafe { &*self.sudog };
        // SAFETY: and `element` belongs to who claimed it.
        let value = unsafe { sudog.take() };
        (value.expect("a waiting sender has a value"), self.finish())
    }

    /// Wakes the sleeper as it is: the channel is closed.
    pub(crate) fn finish(self) -> Wakeup {
        // SAFETY: the sleeper is claimed and not yet finished, so it is in memory.
        unsafe { &*self.sleeper }.finish(self.case)
    }
}
