//! Holds threads up until a gate is opened, without keeping a processor busy.
//!
//! `pass` returns as soon as the gate is open, at once if it is already. `open` opens it, for ever, for
//! all who wait and all who come later. Who waits sleeps in the kernel.
//!
//! The version below is right. Each thread that waits asks again and again, and gives the processor
//! away only to get it back.
//!
//! Checked: who passes when; on Linux how they wait.
//!
//! Lesson: concurrency/cond-broadcast

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// Closed at first; once open it stays open.
#[derive(Default)]
pub struct Gate {
    is_open: AtomicBool,
}

impl Gate {
    /// Lets all pass.
    pub fn open(&self) {
        self.is_open.store(true, Ordering::Release);
    }

    /// Returns when the gate is open.
    pub fn pass(&self) {
        while !self.is_open.load(Ordering::Acquire) {
            thread::yield_now();
        }
    }
}
