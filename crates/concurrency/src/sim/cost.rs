//! What things cost, in nanoseconds: the orders of magnitude of a machine of today.

use super::event::Time;

/// A look at one's own queues.
pub(super) const LOOK: Time = 30;
/// The scheduler's lock.
pub(super) const LOCK: Time = 60;
/// A system call that does not wait.
pub(super) const CALL: Time = 300;
/// A look at another P's queue.
pub(super) const NEIGHBOUR: Time = 40;
/// Before a thief takes from a slot: its P is likely to run that one at once.
pub(super) const BACK_OFF: Time = 3_000;
/// From one G to another.
pub(super) const SWITCH: Time = 120;
/// A step of a G that does not take long: a channel's operation, a `go` statement.
pub(super) const STEP: Time = 200;
/// Until a thread that was woken runs.
pub(super) const WAKE: Time = 4_000;
/// Until a new thread runs.
pub(super) const THREAD: Time = 15_000;
/// Until a signal has arrived and its handler has run.
pub(super) const SIGNAL: Time = 2_500;
/// The longest way between two calls of a G that computes.
pub(super) const PROLOGUE: Time = 1_000;
