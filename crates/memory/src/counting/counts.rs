//! The counters of each thread.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::{Add, Sub};

/// What a thread has asked of the allocator. Zeros in a program whose global allocator is no
/// [`Counting`](super::Counting).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blocks asked for.
    pub allocations: u64,
    /// Blocks made larger or smaller, which moved them or not. They are in none of the others.
    pub reallocations: u64,
    /// Blocks given back.
    pub frees: u64,
    /// Bytes asked for, by allocations and by growth.
    pub bytes: u64,
    /// Bytes given back, by frees and by shrinking.
    pub bytes_freed: u64,
}

thread_local! {
    // Without a destructor and with a constant beginning: to touch it never allocates, at no time
    // in the thread's life.
    static COUNTS: Cell<Counts> = const { Cell::new(Counts::ZERO) };
}

impl Counts {
    const ZERO: Counts = Counts {
        allocations: 0,
        reallocations: 0,
        frees: 0,
        bytes: 0,
        bytes_freed: 0,
    };

    /// Those of this thread since it began.
    pub fn of_thread() -> Counts {
        COUNTS.get()
    }

    /// Blocks that came and did not go; negative when more went than came.
    pub fn live(self) -> i64 {
        self.allocations.wrapping_sub(self.frees).cast_signed()
    }

    /// Bytes that came and did not go.
    pub fn live_bytes(self) -> i64 {
        self.bytes.wrapping_sub(self.bytes_freed).cast_signed()
    }

    /// Notes what the allocator has just done.
    pub(super) fn note(what: Counts) {
        // In a thread whose variables are gone already nobody is left to ask.
        let _ = COUNTS.try_with(|counts| counts.set(counts.get() + what));
    }
}

impl Add for Counts {
    type Output = Counts;

    fn add(self, other: Counts) -> Counts {
        Counts {
            allocations: self.allocations + other.allocations,
            reallocations: self.reallocations + other.reallocations,
            frees: self.frees + other.frees,
            bytes: self.bytes + other.bytes,
            bytes_freed: self.bytes_freed + other.bytes_freed,
        }
    }
}

impl Sub for Counts {
    type Output = Counts;

    /// What came since: counters never fall.
    fn sub(self, before: Counts) -> Counts {
        Counts {
            allocations: self.allocations - before.allocations,
            reallocations: self.reallocations - before.reallocations,
            frees: self.frees - before.frees,
            bytes: self.bytes - before.bytes,
            bytes_freed: self.bytes_freed - before.bytes_freed,
        }
    }
}

/// Counts from here on, in this thread. Scopes may lie in each other and overlap.
#[derive(Debug)]
pub struct Scope {
    start: Counts,
    /// The counters of another thread are others.
    this_thread_only: PhantomData<*const ()>,
}

impl Scope {
    /// Begins.
    pub fn start() -> Scope {
        Scope {
            start: Counts::of_thread(),
            this_thread_only: PhantomData,
        }
    }

    /// What the thread has done since.
    pub fn counts(&self) -> Counts {
        Counts::of_thread() - self.start
    }
}

/// What `work` asks of the allocator in this thread, and what it returns. To return something is to
/// keep it: it is not freed within.
pub fn count<T>(work: impl FnOnce() -> T) -> (Counts, T) {
    let scope = Scope::start();
    let result = work();
    (scope.counts(), result)
}
