//! Between processes: futexes, and System V's and POSIX's shared memory, semaphores and messages.

mod futex;
mod queue;
mod system_v;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[futex::CALLS, system_v::CALLS, queue::CALLS];
