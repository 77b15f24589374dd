//! What makes a tree of contexts: each node that can be cancelled knows its children.
//!
//! # Invariants
//!
//! - `outcome` is set once, under the lock of `links`. From then on the node has no children, and
//!   nobody becomes one: a node that is made below it is done from the beginning.
//! - A node that is done is not among its parent's children. Since a [`Canceller`](super::Canceller)
//!   cancels when it is dropped, no child is left behind in a parent that lives long.
//! - No two locks are held at once, and none while a channel is closed or an alarm is cancelled:
//!   both run code of executors. So there is no order of locks to keep.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};
use std::time::Instant;

use super::{ContextError, Never};
use crate::time::clock::{self, Alarm, AlarmHandle};
use crate::{Receiver, Sender, channel};

/// How a context ended.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) error: ContextError,
    pub(super) cause: Option<Arc<dyn Error + Send + Sync>>,
}

pub(super) struct Cancellation {
    outcome: OnceLock<Outcome>,
    links: Mutex<Links>,
    done_tx: Sender<Never>,
    done: Receiver<Never>,
    /// Where it is to leave when it is done. The contexts own each other upwards, and these do not
    /// own each other at all.
    parent: Weak<Cancellation>,
}

#[derive(Default)]
struct Links {
    /// By their addresses.
    children: HashMap<usize, Weak<Cancellation>>,
    /// The deadline.
    alarm: Option<AlarmHandle>,
}

impl Cancellation {
    pub(super) fn below(parent: Option<&Arc<Self>>) -> Arc<Self> {
        let (done_tx, done) = channel(0);
        let child = Arc::new(Self {
            outcome: OnceLock::new(),
            links: Mutex::default(),
            done_tx,
            done,
            parent: parent.map(Arc::downgrade).unwrap_or_default(),
        });
        if let Some(outcome) = parent.and_then(|parent| parent.adopt(&child)) {
            child.cancel(outcome);
        }
        child
    }

    /// Takes in a child, or says that it comes too late.
    fn adopt(&self, child: &Arc<Self>) -> Option<&Outcome> {
        let mut links = self.links();
        let outcome = self.outcome.get();
        if outcome.is_none() {
            links
                .children
                .insert(child.address(), Arc::downgrade(child));
        }
        outcome
    }

    /// Sets the deadline. Once in the life of a node.
    pub(super) fn cancel_at(self: &Arc<Self>, deadline: Instant) {
        let cancellation = Arc::downgrade(self);
        let exceed = move || {
            if let Some(cancellation) = cancellation.upgrade() {
                cancellation.cancel(&Outcome {
                    error: ContextError::DeadlineExceeded,
                    cause: None,
                });
            }
        };
        if deadline <= Instant::now() {
            return exceed();
        }
        let alarm = clock::set(deadline, Alarm::Once(Box::new(exceed)));
        let mut links = self.links();
        // Done meanwhile: then the alarm is dropped, after the lock, as it was declared before it.
        if self.outcome.get().is_none() {
            links.alarm = Some(alarm);
        }
    }

    pub(super) fn done(&self) -> &Receiver<Never> {
        &self.done
    }

    pub(super) fn outcome(&self) -> Option<&Outcome> {
        self.outcome.get()
    }

    /// Ends it and all below it. Afterwards they are all done, unless another thread is just ending
    /// one of them.
    pub(super) fn cancel(&self, outcome: &Outcome) {
        if let Some(parent) = self.parent.upgrade() {
            parent.links().children.remove(&self.address());
        }
        let mut ending = self.end(outcome);
        // With a list, and not with one call inside the other: a tree may be deeper than the stack.
        while let Some(child) = ending.pop() {
            ending.extend(child.end(outcome));
        }
    }

    /// Ends this node alone, and returns its children.
    fn end(&self, outcome: &Outcome) -> Vec<Arc<Self>> {
        let mut links = self.links();
        if self.outcome.set(outcome.clone()).is_err() {
            return Vec::new();
        }
        let Links { children, alarm } = std::mem::take(&mut *links);
        drop(links);
        drop(alarm);
        // Nobody else closes it, unless a user of `done` did: then it is closed, which is as well.
        let _ = self.done_tx.close();
        children.values().filter_map(Weak::upgrade).collect()
    }

    fn address(&self) -> usize {
        std::ptr::from_ref(self).addr()
    }

    fn links(&self) -> MutexGuard<'_, Links> {
        self.links.lock().unwrap_or_else(|p| p.into_inner())
    }
}

impl fmt::Debug for Cancellation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancellation")
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}
