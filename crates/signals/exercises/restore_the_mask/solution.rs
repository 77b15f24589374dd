//! Blocking tells the mask of before; giving back *that* one is right whatever it was, where unblocking
//! is a guess. A value whose `Drop` does it covers every way out, a panic too: the same shape as a
//! lock's guard.

use std::io;

use signals::set::SignalSet;
use signals::signal::Signal;

/// What `work` returns; SIGINT has to wait for its end.
pub fn uninterrupted<T>(work: impl FnOnce() -> T) -> io::Result<T> {
    let _old_mask_when_dropped = SignalSet::from_iter([Signal::INT]).block()?;
    Ok(work())
}
