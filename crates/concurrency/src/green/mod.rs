//! Green threads: tasks with stacks of their own.
//!
//! A future can be left at an `.await` only, because all that it is, is what the compiler has put into it
//! for that moment. A thread can be left anywhere: what it is lies on a stack and in registers, so whoever
//! keeps the one and changes the other has a thread, and the kernel need not know. That is what a goroutine
//! is. Blocking code works in it as it is, through any depth of calls, and it can be *stopped*.
//!
//! ```
//! use concurrency::green;
//!
//! let sum = green::run(|| {
//!     let threads: Vec<_> = (1..=1000)
//!         .map(|n| {
//!             green::spawn(move || {
//!                 green::yield_now();
//!                 n
//!             })
//!         })
//!         .collect();
//!     threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>()
//! })?;
//! assert_eq!(sum, 500_500);
//! # Ok::<(), green::RunError>(())
//! ```
//!
//! Here all of them share one thread of the system, N:1, on Linux and macOS, x86-64 and arm64. It keeps
//! what is to be shown small, and keeps safe code safe: green threads that move, as goroutines do, would
//! take a thread-local of one thread along to another.
//!
//! Files in reading order: `switch` (from one stack to another, in assembly), `stack` (memory that grows,
//! and its fence), `thread` (what is known of one), `scheduler` (who is next), `wait` and `join` (what a
//! thread calls), `run` (from outside), `overflow` (who has reached the fence), `locks` and `preempt` (a
//! signal that stops a loop).
//!
//! # What one has to know
//!
//! - A call that blocks in the kernel holds up all of them; so does a `std::sync::Mutex` that is held over a
//!   [`yield_now`].
//! - What std keeps for each thread is the same for all of them: `thread_local!`, `std::thread::current`,
//!   `std::thread::panicking` while another one unwinds, and the name in a panic's message.
//! - A panic ends its thread, and is the result of [`JoinHandle::join`].
//! - Threads that all wait for each other are found, and end: [`RunError::Deadlock`].

mod join;
mod locks;
mod overflow;
mod preempt;
mod run;
mod scheduler;
mod stack;
mod switch;
mod thread;
mod wait;

pub use join::{JoinHandle, spawn, spawn_named, try_spawn};
pub use preempt::{preemptible, without_preemption};
pub use run::{Builder, RunError, run};
pub use thread::{State, Thread};
pub use wait::{Cancelled, current, park, sleep, yield_now};
