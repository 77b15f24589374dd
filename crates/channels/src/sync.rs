//! The primitives that all else is made of: std's; or loom's under `--cfg loom`, which runs a small
//! test in every interleaving that the memory model allows; or shuttle's under `--cfg shuttle`, which
//! runs a larger one in many thousand interleavings, each drawn by chance and repeatable.

#[cfg(loom)]
pub(crate) use loom::{
    cell::UnsafeCell,
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

#[cfg(shuttle)]
pub(crate) use shuttle::{
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

#[cfg(not(any(loom, shuttle)))]
pub(crate) use std::{
    hint,
    sync::{Arc, Mutex, MutexGuard, atomic},
    thread,
};

pub(crate) use parking::Parking;

#[cfg(not(loom))]
pub(crate) use cell::UnsafeCell;

#[cfg(not(loom))]
mod cell {
    /// std's cell with loom's interface, which sees when an access begins and when it ends.
    #[derive(Debug, Default)]
    pub(crate) struct UnsafeCell<T>(std::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(std::cell::UnsafeCell::new(value))
        }

        /// Gives a pointer for reading.
        #[inline(always)]
        pub(crate) fn with<R>(&self, read: impl FnOnce(*const T) -> R) -> R {
            read(self.0.get())
        }

        /// Gives a pointer for writing.
        #[inline(always)]
        pub(crate) fn with_mut<R>(&self, write: impl FnOnce(*mut T) -> R) -> R {
            write(self.0.get())
        }
    }
}

#[cfg(not(loom))]
mod parking {
    use std::time::Instant;

    use super::thread::{self, Thread};

    /// Where a thread sleeps, and who wants to wake it knocks.
    #[derive(Debug, Clone)]
    pub(crate) struct Parking(Thread);

    impl Parking {
        /// The current thread's.
        pub(crate) fn new() -> Self {
            Self(thread::current())
        }

        /// Sleeps until somebody calls `unpark`, or did since the last time, or the deadline. May
        /// also return without a reason.
        pub(crate) fn park(&self, deadline: Option<Instant>) {
            match deadline {
                None => thread::park(),
                Some(deadline) => {
                    thread::park_timeout(deadline.saturating_duration_since(Instant::now()));
                }
            }
        }

        pub(crate) fn unpark(&self) {
            self.0.unpark();
        }

        /// The thread's name, or else its number.
        pub(crate) fn name(&self) -> String {
            match self.0.name() {
                Some(name) => name.to_owned(),
                None => format!("{:?}", self.0.id()),
            }
        }
    }
}

/// loom's own `unpark` also wakes a thread that has gone on and waits for something else, which
/// loom then takes for an error. And loom has no clock.
#[cfg(loom)]
mod parking {
    use std::time::Instant;

    use loom::sync::{Arc, Condvar, Mutex};

    #[derive(Debug, Clone)]
    pub(crate) struct Parking(Arc<(Mutex<bool>, Condvar)>);

    impl Parking {
        pub(crate) fn new() -> Self {
            Self(Arc::new((Mutex::new(false), Condvar::new())))
        }

        pub(crate) fn park(&self, _deadline: Option<Instant>) {
            let (knocked, door) = &*self.0;
            let mut knocked = knocked.lock().unwrap();
            while !*knocked {
                knocked = door.wait(knocked).unwrap();
            }
            *knocked = false;
        }

        pub(crate) fn unpark(&self) {
            let (knocked, door) = &*self.0;
            *knocked.lock().unwrap() = true;
            door.notify_one();
        }

        pub(crate) fn name(&self) -> String {
            "model".to_owned()
        }
    }
}
