//! A runtime for tasks, after Go's: Gs, Ms and Ps.
//!
//! ```text
//!   G  a task: a future, polled until it is ready                     [`task`]
//!   M  a thread of the system                                         `machine`
//!   P  the right to run tasks, and a queue of them; GOMAXPROCS many    `processor`
//! ```
//!
//! An M with a P takes a task from the P's queue and polls it until it waits. When the queue is empty
//! it looks into the global queue, asks the network, steals from other Ps, and in the end gives its P
//! away and sleeps. An M that blocks in the kernel loses its P to another.
//!
//! Files in reading order: `queue` (where tasks wait), [`task`], `processor`, `machine`, `parker`,
//! `scheduler` (how they come together), `ready` (where a runnable task goes), `run` (what an M does
//! with its P), `find` (where it looks for work), `watch` and `net` (who waits for the world),
//! `blocking` (system calls), `locked` (`block_on`), `sysmon`, `registry`, `deadlock`, `snapshot`.
//!
//! # What differs from Go, and why
//!
//! - A task is a future: it has no stack, and can be stopped at an `.await` only. So preemption is
//!   cooperative, as Go's was before 1.14: sysmon raises a flag, and the runtime's own operations look
//!   at it.
//! - A blocking call has to be said to be one: [`blocking`].
//! - A task has a [handle](JoinHandle), with its output, and can be aborted.
//! - `block_on`'s future stays on its thread.

pub(crate) mod blocking;
pub(crate) mod deadlock;
mod find;
mod handle;
pub(crate) mod locked;
pub(crate) mod machine;
pub(crate) mod net;
pub(crate) mod parker;
pub(crate) mod processor;
pub(crate) mod queue;
mod ready;
mod registry;
mod run;
pub(crate) mod scheduler;
mod snapshot;
mod sysmon;
pub mod task;
mod threads;
mod time;
mod turn;
pub(crate) mod watch;

pub use blocking::blocking;
pub use deadlock::{Deadlock, Policy};
pub use handle::{Builder, Handle, Runtime, Shutdown, spawn, spawn_blocking, spawn_named};
pub use processor::Status;
pub use scheduler::MAX_PROCESSORS;
pub use snapshot::{MachineState, ProcessorState, Snapshot};
pub use task::{JoinError, JoinHandle, Phase, TaskId, TaskInfo, WaitReason};
pub use time::{Elapsed, Sleep, sleep, sleep_until, timeout};
pub(crate) use turn::poll_budget;
pub use turn::{WaitingFor, checkpoint, current_task, waiting_for, yield_now};
