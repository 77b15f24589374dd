//! Cancellation that spreads down a tree, after Go's package `context`.
//!
//! A [`Context`] stands for a piece of work, a request for example, and is handed to all that works
//! for it, usually as the first parameter. It knows three things: whether the work is to be given up
//! and why, until when it must be done, and values that belong to the request.
//!
//! ```
//! use channels::context::{Context, ContextError};
//! use std::time::Duration;
//!
//! let (request, canceller) = Context::background().with_cancel();
//! let (query, _query_canceller) = request.with_timeout(Duration::from_secs(60));
//!
//! canceller.cancel();
//! assert!(query.done().recv().is_err(), "the channel is closed");
//! assert_eq!(query.error(), Some(ContextError::Cancelled));
//! ```
//!
//! # Where it differs from Go
//!
//! - Who made a context and returns without cancelling it leaks, in Go, what belongs to it, hence
//!   `defer cancel()`. Here a dropped [`Canceller`] cancels. So it must be kept in a variable with a
//!   name: `let (context, _) = …` cancels at once.
//! - Values are found by their type. Go compares keys of any type, and two packages that both use the
//!   string `"id"` get each other's values.
//!
//! In async code, where a future is given up by dropping it, contexts are needed less. tokio-util's
//! `CancellationToken` is the tree without deadlines, causes and values.

mod cancellation;

use std::any::Any;
use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::time::clock;
use crate::{Receiver, never};
use cancellation::{Cancellation, Outcome};

/// A message that cannot be: what comes on such a channel is that it is closed.
pub type Never = Infallible;

/// Why a context is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum ContextError {
    /// Its canceller, or that of a context above it, was used or dropped.
    #[error("context cancelled")]
    Cancelled,
    /// Its deadline, or that of a context above it, has come.
    #[error("context deadline exceeded")]
    DeadlineExceeded,
}

/// A node of the tree. Clones are the same node.
#[derive(Clone)]
pub struct Context {
    node: Arc<Node>,
}

/// Never changes: a new fact makes a new node below.
struct Node {
    parent: Option<Context>,
    value: Option<Box<dyn Any + Send + Sync>>,
    /// That of the parent, when the node only adds a value. The background has none.
    cancellation: Option<Arc<Cancellation>>,
    /// The earliest from here upwards.
    deadline: Option<Instant>,
}

impl Context {
    /// The root of a tree: never cancelled, without a deadline, without values.
    pub fn background() -> Self {
        Self::new(Node {
            parent: None,
            value: None,
            cancellation: None,
            deadline: None,
        })
    }

    fn new(node: Node) -> Self {
        let node = Arc::new(node);
        Self { node }
    }

    /// A child that can be cancelled.
    pub fn with_cancel(&self) -> (Self, Canceller) {
        let (child, cancellation) = self.child(self.node.deadline);
        (child, Canceller { cancellation })
    }

    /// A child that can be cancelled with a reason to tell.
    pub fn with_cancel_cause(&self) -> (Self, CauseCanceller) {
        let (child, canceller) = self.with_cancel();
        (child, CauseCanceller { canceller })
    }

    /// A child that is done at `deadline`, or when its parent's deadline comes, if that is earlier.
    pub fn with_deadline(&self, deadline: Instant) -> (Self, Canceller) {
        if self.node.deadline.is_some_and(|own| own <= deadline) {
            return self.with_cancel();
        }
        let (child, cancellation) = self.child(Some(deadline));
        cancellation.cancel_at(deadline);
        (child, Canceller { cancellation })
    }

    /// A child that is done after `timeout`, or when its parent's deadline comes, if that is earlier.
    pub fn with_timeout(&self, timeout: Duration) -> (Self, Canceller) {
        self.with_deadline(clock::from_now(timeout))
    }

    /// A child with a value, for this context and those below it. For what belongs to a request and
    /// passes through code that does not know of it (a request's number, who is logged in), not for
    /// parameters.
    ///
    /// The type is the key, so each module has a type of its own:
    ///
    /// ```
    /// use channels::context::Context;
    ///
    /// struct RequestId(u64);
    ///
    /// let context = Context::background().with_value(RequestId(7));
    /// assert_eq!(context.value::<RequestId>().map(|id| id.0), Some(7));
    /// assert!(context.value::<u64>().is_none());
    /// ```
    #[must_use]
    pub fn with_value<T: Any + Send + Sync>(&self, value: T) -> Self {
        Self::new(Node {
            parent: Some(self.clone()),
            value: Some(Box::new(value)),
            cancellation: self.node.cancellation.clone(),
            deadline: self.node.deadline,
        })
    }

    /// The values of this context without its end: neither cancellation nor deadline. For work that
    /// must be finished when the request is over, a line in a log for example.
    #[must_use]
    pub fn without_cancel(&self) -> Self {
        Self::new(Node {
            parent: Some(self.clone()),
            value: None,
            cancellation: None,
            deadline: None,
        })
    }

    /// The value of this type that was given last on the way from the root to here.
    pub fn value<T: Any>(&self) -> Option<&T> {
        let mut context = Some(self);
        while let Some(Self { node }) = context {
            if let Some(value) = node.value.as_ref().and_then(|any| any.downcast_ref()) {
                return Some(value);
            }
            context = node.parent.as_ref();
        }
        None
    }

    /// A channel that is closed when the context is done. Nothing is ever sent on it.
    ///
    /// ```
    /// use channels::{channel, context::Context, select};
    /// use std::time::Duration;
    ///
    /// let (context, _canceller) = Context::background().with_timeout(Duration::from_millis(10));
    /// let (_tx, answers) = channel::<u8>(0);
    /// select! {
    ///     recv(answers) -> _ => unreachable!("nobody answers"),
    ///     recv(context.done()) -> _ => println!("{}", context.error().unwrap()),
    /// }
    /// ```
    pub fn done(&self) -> &Receiver<Never> {
        static NOT_EVER: LazyLock<Receiver<Never>> = LazyLock::new(|| never().1);
        match &self.node.cancellation {
            Some(cancellation) => cancellation.done(),
            None => &NOT_EVER,
        }
    }

    /// Why it is done, if it is. Set before [`done`](Self::done) is closed.
    pub fn error(&self) -> Option<ContextError> {
        self.outcome().map(|outcome| outcome.error)
    }

    /// The reason that was given to the [`CauseCanceller`], of this context or of the one above it that
    /// was cancelled; without one, the same as [`error`](Self::error).
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync + 'static)> {
        let outcome = self.outcome()?;
        Some(match &outcome.cause {
            Some(cause) => &**cause,
            None => &outcome.error,
        })
    }

    /// Until when the work must be done.
    pub fn deadline(&self) -> Option<Instant> {
        self.node.deadline
    }

    fn outcome(&self) -> Option<&Outcome> {
        self.node.cancellation.as_ref()?.outcome()
    }

    fn child(&self, deadline: Option<Instant>) -> (Self, Arc<Cancellation>) {
        let cancellation = Cancellation::below(self.node.cancellation.as_ref());
        let child = Self::new(Node {
            parent: Some(self.clone()),
            value: None,
            cancellation: Some(Arc::clone(&cancellation)),
            deadline,
        });
        (child, cancellation)
    }
}

impl Drop for Node {
    /// Frees a long chain in a loop. One drop inside the other could use up the stack.
    fn drop(&mut self) {
        let mut above = self.parent.take();
        while let Some(context) = above {
            above = Arc::into_inner(context.node).and_then(|mut node| node.parent.take());
        }
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("error", &self.error())
            .field("deadline", &self.deadline())
            .finish_non_exhaustive()
    }
}

/// Cancels a context and all below it. Dropped, it does so too.
#[derive(Debug)]
#[must_use = "a dropped canceller cancels"]
pub struct Canceller {
    cancellation: Arc<Cancellation>,
}

impl Canceller {
    /// Cancels. When the context is done already, nothing changes.
    pub fn cancel(&self) {
        self.cancellation.cancel(&Outcome {
            error: ContextError::Cancelled,
            cause: None,
        });
    }
}

impl Drop for Canceller {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// Cancels a context and all below it, and says why. Dropped, it cancels without a reason.
#[derive(Debug)]
#[must_use = "a dropped canceller cancels"]
pub struct CauseCanceller {
    canceller: Canceller,
}

impl CauseCanceller {
    /// Cancels. When the context is done already, nothing changes.
    pub fn cancel(&self, cause: impl Into<Box<dyn Error + Send + Sync>>) {
        self.canceller.cancellation.cancel(&Outcome {
            error: ContextError::Cancelled,
            cause: Some(Arc::from(cause.into())),
        });
    }
}
