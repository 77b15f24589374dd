//! A lock for sections of a few dozen instructions.
//!
//! `std::sync::Mutex` may allocate when it is first locked (macOS), which an allocator cannot have.
//! This one spins, and lets others run when it has spun for long: on one processor the holder may be
//! waiting for ours.
//!
//! Sound: the value is reached only through a guard, or by whoever holds the lock across a fork; the
//! flag's swap with `Acquire` sees all that was done before the store with `Release`.
#![allow(unsafe_code)]

use std::cell::UnsafeCell;
use std::hint;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// How often to look before the processor is offered to somebody else.
const SPINS: u32 = 100;

#[derive(Debug)]
pub(super) struct Spin<T> {
    held: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time reaches the value.
unsafe impl<T: Send> Sync for Spin<T> {}

impl<T> Spin<T> {
    pub(super) const fn new(value: T) -> Self {
        Spin {
            held: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    pub(super) fn lock(&self) -> Guard<'_, T> {
        self.hold();
        Guard(self)
    }

    /// Takes the lock and leaves it taken.
    pub(super) fn hold(&self) {
        let mut spins = 0;
        while self.held.swap(true, Ordering::Acquire) {
            while self.held.load(Ordering::Relaxed) {
                spins += 1;
                if spins % SPINS == 0 {
                    thread::yield_now();
                }
                hint::spin_loop();
            }
        }
    }

    /// Gives up what [`hold`](Self::hold) took.
    pub(super) fn let_go(&self) {
        self.held.store(false, Ordering::Release);
    }
}

pub(super) struct Guard<'a, T>(&'a Spin<T>);

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard's thread holds the lock.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard's thread holds the lock, and the guard is borrowed mutably.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.0.let_go();
    }
}
