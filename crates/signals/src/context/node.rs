//! The tree of contexts.
//!
//! A parent knows its children, weakly; a child keeps its parent, so that the way from the root to it never
//! breaks in the middle. A deadline needs no thread:
//! whoever asks looks at the clock, and whoever waits waits no longer than that.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use super::Cause;

#[derive(Debug)]
pub(super) struct Node {
    /// Never later than the parent's.
    deadline: Option<Instant>,
    /// Only kept: it is the one that has to reach us.
    _parent: Option<Arc<Node>>,
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Set once.
    cause: Option<Cause>,
    /// To be ended with this one; empty once it is over.
    children: Vec<Weak<Node>>,
}

impl Node {
    pub(super) fn root() -> Arc<Self> {
        Self::new(None, None)
    }

    /// Over when `self` is, or at the deadline.
    pub(super) fn child(self: &Arc<Self>, deadline: Option<Instant>) -> Arc<Self> {
        let child = Self::new(deadline, Some(Arc::clone(self)));
        self.adopt(&child);
        child
    }

    fn new(deadline: Option<Instant>, parent: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self {
            deadline,
            _parent: parent,
            state: Mutex::default(),
            ended: Condvar::new(),
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    fn adopt(&self, child: &Arc<Self>) {
        let mut state = self.lock();
        match state.cause {
            Some(cause) => {
                drop(state);
                child.end(cause);
            }
            None => {
                state.children.retain(|child| child.strong_count() > 0);
                state.children.push(Arc::downgrade(child));
            }
        }
    }

    /// The first cause stays.
    pub(super) fn end(&self, cause: Cause) {
        let mut state = self.lock();
        if state.cause.is_some() {
            return;
        }
        state.cause = Some(cause);
        let children = std::mem::take(&mut state.children);
        self.ended.notify_all();
        // No node is locked while another one is.
        drop(state);
        for child in children.iter().filter_map(Weak::upgrade) {
            child.end(cause);
        }
    }

    pub(super) fn cause(&self) -> Option<Cause> {
        if self.deadline.is_some_and(|end| end <= Instant::now()) {
            self.end(Cause::Deadline);
        }
        self.lock().cause
    }

    /// Waits until it is over, or `limit` is reached.
    pub(super) fn wait_until(&self, limit: Option<Instant>) -> Option<Cause> {
        let end = limit.into_iter().chain(self.deadline).min();
        let mut state = self.lock();
        while state.cause.is_none() {
            let Some(end) = end else {
                state = self
                    .ended
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            let waited = self.ended.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        drop(state);
        self.cause()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
