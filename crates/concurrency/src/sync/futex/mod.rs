//! Sleeping until a word changes: `futex(2)` on Linux, `__ulock_wait` on macOS.
//!
//! The kernel compares the word and goes to sleep in one step, seen from any waker. Without this a
//! wake-up between the comparison and the sleep would be lost, which is the oldest error there is
//! in home-made locks. The queue of sleepers is the kernel's, found by the word's address; it
//! exists only while somebody sleeps.
//!
//! Only threads of this process meet here (`FUTEX_PRIVATE_FLAG`), which saves the kernel the search
//! for the page behind the address.

use std::time::Duration;

use crate::primitive::atomic::AtomicU32;

#[cfg_attr(loom, path = "modelled.rs")]
#[cfg_attr(all(not(loom), target_os = "linux"), path = "linux.rs")]
#[cfg_attr(all(not(loom), target_os = "macos"), path = "macos.rs")]
mod system;

/// Sleeps while `word` is `expected`, until somebody wakes this thread. It may also return without
/// a reason, so the caller looks at the word again.
#[doc(alias = "FUTEX_WAIT")]
pub fn wait(word: &AtomicU32, expected: u32) {
    system::wait(word, expected, None);
}

/// The same, for no longer than `limit`.
pub fn wait_for(word: &AtomicU32, expected: u32, limit: Duration) {
    system::wait(word, expected, Some(limit));
}

/// Wakes one thread that sleeps on `word`, if there is any.
#[doc(alias = "FUTEX_WAKE")]
pub fn wake_one(word: &AtomicU32) {
    system::wake(word, false);
}

/// Wakes all threads that sleep on `word`.
pub fn wake_all(word: &AtomicU32) {
    system::wake(word, true);
}
