//! One word says everything about a task that more than one thread has to agree on.
//!
//! | bit | means | set by | cleared by |
//! |---|---|---|---|
//! | `RUNNABLE` | is in a queue, or will be when this poll is over | whoever wakes it | the M that begins to run it |
//! | `RUNNING` | somebody polls the future, or drops it | the M that takes it | that M |
//! | `COMPLETE` | the future is gone and the output is there (or was taken) | the M that polled it last | nobody |
//! | `CANCELLED` | the next M is to drop the future instead of polling it | whoever aborts it | nobody |
//! | `JOINABLE` | there is a handle that may want the output | at birth | the handle, when it is dropped |
//! | `AWAITED` | the handle has left a waker | the handle | the handle |
//! | the rest | how many references there are | | |
//!
//! Go's states of a G, read off it: *runnable* is `RUNNABLE` alone, *running* is `RUNNING`, *waiting* is
//! neither, *dead* is `COMPLETE`. A task that is woken while it runs is both; it goes back to a queue
//! when its poll is over. So a wake is never lost, and a task is never in two queues: being in a queue
//! is the bit, and only who sets it puts it there.
//!
//! # References
//!
//! The registry, the join handle, each waker, and the queue own one each. A queue's reference is the
//! runner's while it runs, and is dropped when the task begins to wait.
//!
//! # The delicate moments
//!
//! - *A wake during the last instructions of a poll.* The runner leaves by compare-and-swap: had
//!   `RUNNABLE` been set meanwhile, it sees it and queues the task; if not, the waker that comes
//!   a moment later finds a waiting task and queues it itself.
//! - *A wake of a task that is in a queue.* Nothing changes, and yet the word is written: that is how what
//!   the waker did before reaches the M that will poll. With a look alone it could poll, not see it, and
//!   nobody would wake the task again.
//! - *Completion and the handle.* The field with the handle's waker is the handle's as long as `AWAITED`
//!   is not set, and the runner's from then on, until the handle takes the bit back. Both do so only
//!   while the task is not `COMPLETE`; at completion the runner looks at the bit once, and whoever loses
//!   that race sees `COMPLETE`, and finds the output instead.

use crate::primitive::atomic::{AtomicUsize, Ordering};

const RUNNABLE: usize = 1;
const RUNNING: usize = 1 << 1;
const COMPLETE: usize = 1 << 2;
const CANCELLED: usize = 1 << 3;
const JOINABLE: usize = 1 << 4;
const AWAITED: usize = 1 << 5;
const REFERENCE: usize = 1 << 6;

/// See the module.
#[derive(Debug)]
pub(crate) struct State(AtomicUsize);

/// What a waker has to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wake {
    /// Put the task into a queue, with a reference of its own.
    Queue,
    /// Nothing: it is in one, or somebody else sees to it, or it is over.
    Nothing,
    /// Free the task: this was the last reference.
    Free,
}

/// What the runner has to do first.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Begin {
    Poll,
    /// The task was aborted: drop the future.
    Cancel,
}

/// What the runner has to do when the future is not ready.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// It was woken meanwhile: put it back into a queue.
    Requeue,
    /// It was aborted meanwhile: drop the future.
    Cancel,
    /// It waits.
    Wait,
    /// It waits, and nobody can wake it any more: free it.
    Free,
}

/// What the runner has to do with the output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Finish {
    /// Nobody wants it: drop it.
    Drop,
    /// Leave it there.
    Keep,
    /// Leave it there and wake who waits for it.
    KeepAndWake,
}

impl State {
    /// Runnable, with a handle; three references: the registry's, the handle's and the queue's.
    pub(crate) fn new() -> Self {
        State(AtomicUsize::new(RUNNABLE | JOINABLE | (3 * REFERENCE)))
    }

    /// A waker was used and goes on to exist.
    #[inline]
    pub(crate) fn wake_by_ref(&self) -> Wake {
        self.update(|now| {
            if now & COMPLETE != 0 {
                return (now, Wake::Nothing);
            }
            match now & (RUNNING | RUNNABLE) {
                0 => ((now | RUNNABLE) + REFERENCE, Wake::Queue),
                _ => (now | RUNNABLE, Wake::Nothing),
            }
        })
    }

    /// A waker was used up: its reference becomes the queue's, or goes.
    #[inline]
    pub(crate) fn wake_by_value(&self) -> Wake {
        self.update(|now| {
            if now & (COMPLETE | RUNNABLE | RUNNING) == 0 {
                return (now | RUNNABLE, Wake::Queue);
            }
            let woken = match now & COMPLETE {
                0 => now | RUNNABLE,
                _ => now,
            };
            let after = woken - REFERENCE;
            let what = if after < REFERENCE {
                Wake::Free
            } else {
                Wake::Nothing
            };
            (after, what)
        })
    }

    /// Aborts: the future is to be dropped by the next M that gets hold of the task.
    pub(crate) fn cancel(&self) -> Wake {
        self.update(|now| {
            if now & (COMPLETE | CANCELLED) != 0 {
                return (now, Wake::Nothing);
            }
            match now & (RUNNING | RUNNABLE) {
                0 => ((now | CANCELLED | RUNNABLE) + REFERENCE, Wake::Queue),
                _ => (now | CANCELLED, Wake::Nothing),
            }
        })
    }

    /// An M takes the task out of a queue.
    #[inline]
    pub(crate) fn begin(&self) -> Begin {
        // It is in no other queue, so that nobody else clears these bits: an exclusive or will do.
        let before = self.0.fetch_xor(RUNNABLE | RUNNING, Ordering::AcqRel);
        debug_assert_eq!(before & (RUNNABLE | RUNNING | COMPLETE), RUNNABLE);
        match before & CANCELLED {
            0 => Begin::Poll,
            _ => Begin::Cancel,
        }
    }

    /// The future was not ready. The reference of the queue goes, unless the task stays somebody's.
    #[inline]
    pub(crate) fn pause(&self) -> Pause {
        self.update(|now| {
            if now & CANCELLED != 0 {
                return (now, Pause::Cancel);
            }
            if now & RUNNABLE != 0 {
                return (now & !RUNNING, Pause::Requeue);
            }
            let after = (now & !RUNNING) - REFERENCE;
            let what = if after < REFERENCE {
                Pause::Free
            } else {
                Pause::Wait
            };
            (after, what)
        })
    }

    /// The output is in its place. A wake that came during the last poll means nothing any more.
    pub(crate) fn finish(&self) -> Finish {
        let before = self.update(|now| ((now | COMPLETE) & !(RUNNING | RUNNABLE), now));
        match before & (JOINABLE | AWAITED) {
            0 => Finish::Drop,
            JOINABLE => Finish::Keep,
            _ => Finish::KeepAndWake,
        }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.0.load(Ordering::Acquire) & COMPLETE != 0
    }

    /// The handle has written a waker. False when the task is over: the handle keeps the waker.
    pub(crate) fn set_awaited(&self) -> bool {
        self.update(|now| match now & COMPLETE {
            0 => (now | AWAITED, true),
            _ => (now, false),
        })
    }

    /// The handle wants its waker back. False when the task is over, and may be using it.
    pub(crate) fn unset_awaited(&self) -> bool {
        self.update(|now| match now & COMPLETE {
            0 => (now & !AWAITED, true),
            _ => (now, false),
        })
    }

    pub(crate) fn is_awaited(&self) -> bool {
        self.0.load(Ordering::Acquire) & AWAITED != 0
    }

    /// The handle is dropped. True when the output is there, and the handle's to drop.
    pub(crate) fn drop_handle(&self) -> bool {
        self.update(|now| match now & COMPLETE {
            0 => (now & !(JOINABLE | AWAITED), false),
            _ => (now & !JOINABLE, true),
        })
    }

    #[inline]
    pub(crate) fn add_reference(&self) {
        // Relaxed: a new reference is made from one that is there.
        let before = self.0.fetch_add(REFERENCE, Ordering::Relaxed);
        assert!(
            before <= isize::MAX as usize,
            "too many references to a task"
        );
    }

    /// True when it was the last.
    #[inline]
    pub(crate) fn drop_reference(&self) -> bool {
        let before = self.0.fetch_sub(REFERENCE, Ordering::AcqRel);
        before & !(REFERENCE - 1) == REFERENCE
    }

    /// For a look from outside.
    pub(crate) fn phase(&self) -> super::Phase {
        let now = self.0.load(Ordering::Acquire);
        match () {
            () if now & COMPLETE != 0 => super::Phase::Dead,
            () if now & RUNNING != 0 => super::Phase::Running,
            () if now & RUNNABLE != 0 => super::Phase::Runnable,
            () => super::Phase::Waiting,
        }
    }

    /// Replaces the word by what `change` makes of it, be it the same; `change` may be called more
    /// than once.
    #[inline]
    fn update<R>(&self, change: impl Fn(usize) -> (usize, R)) -> R {
        let mut now = self.0.load(Ordering::Acquire);
        loop {
            let (after, result) = change(now);
            match self
                .0
                .compare_exchange_weak(now, after, Ordering::AcqRel, Ordering::Acquire)
            {
                Ok(_) => return result,
                Err(seen) => now = seen,
            }
        }
    }
}
