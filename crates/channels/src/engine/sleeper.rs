//! Who waits: one thread or one task, in the queue of one channel, or of many when it selects.
//!
//! Several channels may become ready for one sleeper at the same time, on different cores. The word
//! `state` decides which of them fires it:
//!
//! ```text
//!            a peer: claim           the same peer: finish
//!  WAITING ----------------> CLAIMED ----------------------> FIRED + case
//! ```
//!
//! In the queue of a single channel the lock alone decides, and `CLAIMED` is left out.
//!
//! A peer claims and finishes under the lock of its channel. So a sleeper that takes each of its
//! channels' locks, to leave their queues, sees either `WAITING` afterwards, and nobody can fire it
//! any more, or `FIRED`.
//!
//! # Soundness
//!
//! `waker` is written by the sleeper while it stands in no queue (no peer can reach it), and taken
//! by the one peer whose claim succeeded. That peer touches nothing of the sleeper after `finish`
//! has stored `FIRED`: from then on the memory may be gone.

#![allow(unsafe_code)]

use std::task::Waker;
use std::time::Instant;

use crate::backoff::Backoff;
use crate::sync::atomic::{AtomicUsize, Ordering};
use crate::sync::{Parking, UnsafeCell};

const WAITING: usize = 0;
const CLAIMED: usize = 1;
const FIRED: usize = 2;

#[derive(Debug)]
pub(crate) struct Sleeper {
    /// See the module.
    state: AtomicUsize,
    /// The thread to wake, when it is one. Never changes.
    thread: Option<Parking>,
    /// The task to wake, when it is one.
    waker: UnsafeCell<Option<Waker>>,
    /// It stands in several queues. Never changes.
    in_select: bool,
}

// SAFETY: `waker` is only accessed as the module's argument says.
unsafe impl Sync for Sleeper {}

impl Sleeper {
    /// The current thread.
    #[inline]
    pub(crate) fn thread(in_select: bool) -> Self {
        Self::new(Some(Parking::new()), in_select)
    }

    /// A task, whose waker comes with [`prepare`](Self::prepare).
    #[inline]
    pub(crate) fn task(in_select: bool) -> Self {
        Self::new(None, in_select)
    }

    #[inline]
    fn new(thread: Option<Parking>, in_select: bool) -> Self {
        Self {
            state: AtomicUsize::new(WAITING),
            thread,
            waker: UnsafeCell::new(None),
            in_select,
        }
    }

    /// Begins to wait, or begins again. Needs `&mut`: it stands in no queue.
    #[inline]
    pub(crate) fn prepare(&mut self, waker: &Waker) {
        self.state.store(WAITING, Ordering::Relaxed);
        // SAFETY: `&mut self`: nobody else has it.
        self.waker
            .with_mut(|own| unsafe { *own = Some(waker.clone()) });
    }

    /// For a peer: true when this peer is the one that fires the sleeper. In the queue of one channel
    /// that is certain: the lock has decided.
    #[inline]
    pub(crate) fn claim(&self) -> bool {
        !self.in_select
            || self
                .state
                .compare_exchange(WAITING, CLAIMED, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
    }

    /// Nobody has claimed it. May be outdated as soon as it is known.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        self.state.load(Ordering::Acquire) == WAITING
    }

    /// For the peer that claimed it: says which case it was. The sleeper may be gone afterwards;
    /// what wakes it is in the answer.
    #[inline]
    pub(crate) fn finish(&self, case: usize) -> Wakeup {
        let wakeup = match &self.thread {
            Some(thread) => Wakeup::Thread(thread.clone()),
            // SAFETY: this peer's claim succeeded, so it alone may take the waker.
            None => Wakeup::Task(self.waker.with_mut(|own| unsafe { (*own).take() })),
        };
        self.state.store(FIRED + case, Ordering::Release);
        wakeup
    }

    /// The case that has fired.
    #[inline]
    pub(crate) fn fired(&self) -> Option<usize> {
        self.state.load(Ordering::Acquire).checked_sub(FIRED)
    }

    /// Sleeps until it is fired, or until the deadline; what is left of `backoff` it spends awake.
    pub(crate) fn sleep(&self, deadline: Option<Instant>, backoff: &mut Backoff) -> Option<usize> {
        while self.fired().is_none() && backoff.try_again(deadline) {}
        if self.fired().is_some() {
            backoff.succeed();
        }
        loop {
            if let Some(case) = self.fired() {
                return Some(case);
            }
            if deadline.is_some_and(|deadline| Instant::now() >= deadline) {
                return None;
            }
            if let Some(thread) = &self.thread {
                thread.park(deadline);
            }
        }
    }

    /// The thread that sleeps, if it is one.
    #[inline]
    pub(crate) fn parking(&self) -> Option<&Parking> {
        self.thread.as_ref()
    }

    #[inline]
    pub(crate) fn is_task(&self) -> bool {
        self.thread.is_none()
    }

    #[inline]
    pub(crate) fn in_select(&self) -> bool {
        self.in_select
    }
}

/// What wakes a sleeper. Used without any lock held: a waker runs its executor's code.
#[derive(Debug)]
#[must_use]
pub(crate) enum Wakeup {
    Thread(Parking),
    Task(Option<Waker>),
}

impl Wakeup {
    #[inline]
    pub(crate) fn wake(self) {
        match self {
            Self::Thread(thread) => thread.unpark(),
            Self::Task(Some(waker)) => waker.wake(),
            Self::Task(None) => {}
        }
    }
}
