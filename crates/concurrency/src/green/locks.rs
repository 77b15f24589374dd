//! Whether a thread may be stopped at any instruction.

use std::sync::atomic::{AtomicU32, Ordering, compiler_fence};

/// How many reasons there are not to stop a thread: Go's `m.locks`. It starts with one, which only
/// [`preemptible`](super::preemptible) takes away, and each part of the scheduler that the thread is in is
/// one more.
///
/// It is changed by the thread, and read by a signal handler that has interrupted it. A handler that comes
/// between the load and the store of a change has the number as it found it when it returns, so the two need
/// not be one locked instruction. The fences keep the compiler from moving to the other side what the
/// number guards; the processor shows a thread its own accesses in order.
#[derive(Debug)]
pub(super) struct Locks(AtomicU32);

/// Puts the number back when dropped, also when a panic passes.
pub(super) struct Changed<'a> {
    locks: &'a Locks,
    before: u32,
}

impl Locks {
    pub(super) fn new() -> Self {
        Locks(AtomicU32::new(1))
    }

    /// Whether the thread may be stopped here.
    #[cfg(target_os = "linux")]
    pub(super) fn is_free(&self) -> bool {
        self.0.load(Ordering::Relaxed) == 0
    }

    /// While there is what it returns, the thread is not stopped.
    pub(super) fn hold(&self) -> Changed<'_> {
        self.change(|locks| locks + 1)
    }

    pub(super) fn change(&self, change: impl FnOnce(u32) -> u32) -> Changed<'_> {
        let before = self.0.load(Ordering::Relaxed);
        self.set(change(before));
        Changed {
            locks: self,
            before,
        }
    }

    fn set(&self, locks: u32) {
        compiler_fence(Ordering::SeqCst);
        self.0.store(locks, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
    }
}

impl Drop for Changed<'_> {
    fn drop(&mut self) {
        self.locks.set(self.before);
    }
}
