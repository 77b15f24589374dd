//! A green thread, Go's G: a stack, a saved context, and who it is.
//!
//! All of it belongs to one thread of the system. Who else may look at it is a signal handler of that
//! thread, in the middle of anything: it reads `locks`, `stack_bounds` and the name, and nothing that is
//! not an atomic or settled when the thread is made.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io;
use std::ops::Range;
use std::rc::{Rc, Weak};
use std::sync::atomic::{AtomicU64, Ordering};

use super::locks::Locks;
use super::scheduler;
use super::stack::Stack;
use super::switch::Context;

/// What a thread is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It waits for its turn.
    Runnable,
    /// It has its turn.
    Running,
    /// It waits for an [`unpark`](Thread::unpark).
    Parked,
    /// It waits for a time.
    Sleeping,
    /// It is over.
    Finished,
}

pub(super) struct Inner {
    pub(super) id: u64,
    /// Empty when it has none.
    pub(super) name: Box<str>,
    pub(super) state: Cell<State>,
    /// An `unpark` that came before its `park`.
    pub(super) token: Cell<bool>,
    /// It is to end where it waits: all threads wait for each other.
    pub(super) cancelled: Cell<bool>,
    /// What it does, until it starts.
    pub(super) job: Cell<Option<Box<dyn FnOnce()>>>,
    /// Where it goes on, unless it runs.
    pub(super) context: Cell<Context>,
    /// Taken from it when it is over.
    pub(super) stack: RefCell<Option<Stack>>,
    pub(super) stack_bounds: Range<usize>,
    pub(super) guard: Range<usize>,
    pub(super) locks: Locks,
    /// How often it was stopped so.
    pub(super) preemptions: AtomicU64,
    pub(super) itself: Weak<Inner>,
}

/// A green thread, to be named, woken or looked at. It stays on its thread of the system.
#[derive(Clone)]
pub struct Thread {
    pub(super) inner: Rc<Inner>,
}

impl Thread {
    /// Its number, from 1 on in each run.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.inner.id
    }

    /// Its name, if it was given one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        Some(&*self.inner.name).filter(|name| !name.is_empty())
    }

    /// What it is doing.
    #[must_use]
    pub fn state(&self) -> State {
        self.inner.state.get()
    }

    /// How often a signal has taken the processor from it, see [`preemptible`](super::preemptible).
    #[must_use]
    pub fn preemptions(&self) -> u64 {
        self.inner.preemptions.load(Ordering::Relaxed)
    }

    /// Has its [`park`](super::park) return, the next one if it is in none. A second call before that is
    /// lost, as with `std::thread`'s.
    #[doc(alias = "goready")]
    pub fn unpark(&self) {
        scheduler::unpark(&self.inner);
    }

    /// Whether the address lies on its stack, the guard page not included.
    #[must_use]
    pub fn is_on_stack(&self, address: usize) -> bool {
        self.inner.stack_bounds.contains(&address)
    }

    /// How many bytes of address space its stack has.
    #[must_use]
    pub fn stack_size(&self) -> usize {
        self.inner.stack_bounds.len()
    }

    /// How many bytes of its stack are in memory: the pages that it has ever touched. None when it is over.
    ///
    /// # Errors
    ///
    /// Those of `mincore(2)`.
    pub fn stack_resident(&self) -> io::Result<usize> {
        let stack = self.inner.stack.borrow();
        stack.as_ref().map_or(Ok(0), Stack::resident)
    }
}

impl fmt::Debug for Thread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Thread")
            .field("id", &self.id())
            .field("name", &self.name())
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for Inner {
    /// As the reports have it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "green thread {}", self.id)?;
        match &*self.name {
            "" => Ok(()),
            name => write!(f, " '{name}'"),
        }
    }
}
