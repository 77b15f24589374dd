//! Values that were handed to tasks which have not looked at them yet, and whether the channel is
//! closed.
//!
//! A thread that was handed a value is certain to look at it. A task may be dropped first, and then
//! its value comes back; until it is known which, nobody may hear that a closed channel has come to
//! its end. Both are one word, so that a task which looks learns in the same atomic step whether it
//! was the last that the end waits for, and takes no lock to look.
//!
//! The number grows, and the flag is set, under the channel's lock only. So what is read there can be
//! outdated in one way: a task has looked meanwhile. If it was the last one, it takes the lock next,
//! and tells those who wait.

use crate::sync::atomic::{AtomicUsize, Ordering};

const CLOSED: usize = 1;
/// One value that nobody has looked at.
const ONE: usize = 2;

pub(crate) struct Unseen(AtomicUsize);

impl Unseen {
    pub(crate) fn new() -> Self {
        Self(AtomicUsize::new(0))
    }

    /// Under the lock, before the task is told.
    pub(crate) fn add(&self) {
        self.0.fetch_add(ONE, Ordering::Relaxed);
    }

    /// The task has looked, or its value has come back. True when this was the last one and the
    /// channel is closed.
    #[must_use]
    pub(crate) fn remove(&self) -> bool {
        self.0.fetch_sub(ONE, Ordering::AcqRel) == ONE | CLOSED
    }

    /// Under the lock. False when it was closed before.
    pub(crate) fn close(&self) -> bool {
        self.0.fetch_or(CLOSED, Ordering::AcqRel) & CLOSED == 0
    }

    /// Nothing can be sent any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.load(Ordering::Acquire) & CLOSED != 0
    }

    /// Nothing can be sent any more, and no value can come back.
    pub(crate) fn is_over(&self) -> bool {
        self.0.load(Ordering::Acquire) == CLOSED
    }
}
