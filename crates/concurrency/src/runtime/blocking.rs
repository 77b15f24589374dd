//! Calls that block: the M stays in the kernel, its P does not.
//!
//! Before a blocking call an M marks its P as being *in a system call* and keeps it all the same: most
//! calls are over in a microsecond, and then it goes on as if nothing had been. Only when the call
//! lasts does sysmon take the P away and hand it to another M. Coming back, an M takes its old P if it
//! is still there, or any idle one; and if there is none it has to wait until one is to spare.
//!
//! Here a difference to Go shows: a goroutine that comes back without a P goes to the global queue, and
//! any M can continue it, since its stack is its own. A task's `poll` is on the stack of this M and on no
//! other, so it is the *M* that queues, with the tasks; who takes it out of the queue gives its P to it.
//! It is what Go does for a goroutine that is locked to its thread.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::machine::{NOBODY, Seat};
use super::processor::{Processor, Status};
use crate::trace;

/// Does something that may block the thread: reads a file, waits for a child, computes for long.
/// Other tasks go on meanwhile, on another thread if it takes long. Outside of a runtime it is
/// nothing but a call.
///
/// Go does this around each system call that may block, by itself; a Rust program says it.
///
/// ```
/// # use concurrency::runtime::{Runtime, blocking};
/// let text = Runtime::new().block_on(async {
///     blocking(|| std::fs::read_to_string("/dev/null"))
/// });
/// assert_eq!(text?, "");
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "entersyscall")]
#[doc(alias = "block_in_place")]
pub fn blocking<R>(call: impl FnOnce() -> R) -> R {
    let _inside = Inside::enter();
    call()
}

/// Between `entersyscall` and `exitsyscall`.
struct Inside;

impl Inside {
    fn enter() -> Self {
        Seat::current(|seat| seat.map(Seat::enter_syscall));
        Inside
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        let waits = Seat::current(|seat| seat.is_some_and(|seat| !seat.exit_syscall()));
        if waits {
            Seat::current(|seat| seat.map(Seat::wait_for_processor));
        }
    }
}

impl Seat {
    fn enter_syscall(&self) {
        let depth = self.blocking_depth.get();
        self.blocking_depth.set(depth + 1);
        if depth > 0 {
            return;
        }
        if let Some(processor) = self.processor() {
            trace::emit(
                &self.scheduler,
                Some(self),
                trace::Kind::SyscallEnter,
                trace::current(self),
                0,
            );
            self.machine.in_syscall.store(true, Ordering::SeqCst);
            Processor::count(&processor.syscall_tick);
            self.old_processor.set(processor.id);
            self.set_processor(NOBODY);
            // From here on it may be taken.
            processor.set_status(Status::Syscall);
            self.scheduler.sysmon.wake_if_deep_asleep();
        }
    }

    /// False when there is no P to be had: then the M has queued for one.
    fn exit_syscall(&self) -> bool {
        let depth = self.blocking_depth.get() - 1;
        self.blocking_depth.set(depth);
        let old = self.old_processor.get();
        if depth > 0 || old == NOBODY {
            return true;
        }
        self.old_processor.set(NOBODY);
        self.machine.in_syscall.store(false, Ordering::SeqCst);
        let scheduler = &self.scheduler;
        let got = if scheduler.processors[old].take_from_syscall(Status::Running) {
            self.acquire_again(old);
            true
        } else {
            self.take_processor(false) || self.queue_for_processor()
        };
        trace::emit(
            scheduler,
            Some(self),
            trace::Kind::SyscallExit,
            trace::current(self),
            got.into(),
        );
        got
    }

    /// Queues with the tasks. True if there was a P after all, which it then has.
    fn queue_for_processor(&self) -> bool {
        let mut central = self.scheduler.central();
        if let Some(id) = self.scheduler.take_idle_processor(&mut central) {
            drop(central);
            self.acquire(id);
            return true;
        }
        central.returning.push_back(Arc::clone(&self.machine));
        self.scheduler.publish(&central);
        false
    }

    /// Sleeps until somebody hands it a P.
    pub(crate) fn wait_for_processor(&self) {
        loop {
            self.machine.blocked.store(true, Ordering::Relaxed);
            self.machine.parker.park();
            self.machine.blocked.store(false, Ordering::Relaxed);
            let id = self.machine.next_processor.swap(NOBODY, Ordering::AcqRel);
            if id != NOBODY {
                self.acquire(id);
                return;
            }
        }
    }
}
