//! Cancellation by a signal or a deadline, like Go's NotifyContext.
//!
//! A server that is told to end has many things to tell in its turn: the listener, the
//! connections, the timers. [`NotifyContext`] is the one thing they all look at. It is over when a
//! signal comes, when somebody cancels it, or when its time is up; its children are over when it is.

mod node;

use std::sync::Arc;
use std::time::{Duration, Instant};

use node::Node;

use crate::signal::{Received, Signal};
use crate::source::{Signals, SourceError};
use crate::stream::{Watch, Watcher};

/// Something that can be over, and says why. Copies are the same context.
///
/// ```
/// use std::time::Duration;
/// use signals::context::{Cause, NotifyContext};
/// use signals::signal::Signal;
/// use signals::send;
///
/// let context = NotifyContext::new(&[Signal::INT, Signal::TERM])?;
/// let child = context.child();
/// send::raise(Signal::TERM)?;
/// let Cause::Signal(received) = child.wait() else { panic!() };
/// assert_eq!(received.signal, Signal::TERM);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct NotifyContext {
    node: Arc<Node>,
    /// The thread that waits for signals. It ends with the last copy, or child, of the context that made
    /// it; then the old dispositions come back.
    watcher: Option<Arc<Watcher>>,
}

/// Why a context is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// This has come.
    Signal(Received),
    /// [`NotifyContext::cancel`] was called.
    Cancelled,
    /// The time is up.
    Deadline,
}

/// What a signal does that comes after the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Second {
    /// Nothing.
    IsSwallowed,
    /// What it did before the context was made, mostly end the process: for a user who types ctrl-C
    /// again because the good order takes too long.
    TakesItsUsualWay,
}

impl NotifyContext {
    /// Over when one of these comes; those that come later are swallowed.
    ///
    /// # Errors
    ///
    /// As [`Signals::new`].
    #[doc(alias = "signal.NotifyContext")]
    pub fn new(signals: &[Signal]) -> Result<Self, SourceError> {
        Self::with(signals, Second::IsSwallowed)
    }

    /// Over when one of these comes. With [`Second::TakesItsUsualWay`] the old dispositions are back
    /// before anybody can see that it is over.
    ///
    /// # Errors
    ///
    /// As [`Signals::new`], and [`SourceError::Failed`] without a thread.
    pub fn with(signals: &[Signal], second: Second) -> Result<Self, SourceError> {
        let source = Signals::new(signals.iter().copied())?;
        let node = Node::root();
        // Weak: a context that nobody looks at any more need not be told.
        let weak = Arc::downgrade(&node);
        let end = move |received| {
            if let Some(node) = weak.upgrade() {
                node.end(Cause::Signal(received));
            }
        };
        let watcher = Watcher::spawn(source, move |watch| first_signal(watch, second, end));
        match watcher {
            Ok(watcher) => Ok(Self {
                node,
                watcher: Some(Arc::new(watcher)),
            }),
            Err(source) => Err(SourceError::Failed {
                call: "a thread for the signals",
                source,
            }),
        }
    }

    /// One that no signal ends: a root for tests, and for programs that cancel by themselves.
    pub fn background() -> Self {
        Self {
            node: Node::root(),
            watcher: None,
        }
    }

    /// One that is over when this is, or when it is cancelled by itself.
    #[must_use]
    pub fn child(&self) -> Self {
        self.child_until(self.node.deadline())
    }

    /// A child that is over after so long, at the latest.
    #[must_use]
    pub fn child_with_timeout(&self, limit: Duration) -> Self {
        let own = Instant::now().checked_add(limit);
        self.child_until(own.into_iter().chain(self.node.deadline()).min())
    }

    fn child_until(&self, deadline: Option<Instant>) -> Self {
        Self {
            node: self.node.child(deadline),
            watcher: self.watcher.clone(),
        }
    }

    /// Whether it is over.
    pub fn is_done(&self) -> bool {
        self.cause().is_some()
    }

    /// Why it is over; `None` as long as it is not. Never changes once it is there.
    pub fn cause(&self) -> Option<Cause> {
        self.node.cause()
    }

    /// When its time is up.
    pub fn deadline(&self) -> Option<Instant> {
        self.node.deadline()
    }

    /// Waits until it is over.
    pub fn wait(&self) -> Cause {
        loop {
            if let Some(cause) = self.node.wait_until(None) {
                return cause;
            }
        }
    }

    /// Waits until it is over, `limit` at most.
    pub fn wait_timeout(&self, limit: Duration) -> Option<Cause> {
        self.node.wait_until(Instant::now().checked_add(limit))
    }

    /// Ends it and its children, unless it is over already. The signals are caught as before, until the
    /// last copy is dropped.
    pub fn cancel(&self) {
        self.node.end(Cause::Cancelled);
    }
}

fn first_signal(mut watch: Watch, second: Second, end: impl FnOnce(Received)) {
    let Some(batch) = watch.next() else {
        return;
    };
    let Some(first) = batch.into_iter().next() else {
        return;
    };
    match second {
        Second::TakesItsUsualWay => {
            drop(watch);
            end(first);
        }
        Second::IsSwallowed => {
            end(first);
            while watch.next().is_some() {}
        }
    }
}
