//! The scheduler in virtual time: one thread, one seed, one log.
//!
//! [`runtime`](crate::runtime) is the scheduler at work, and shows what it shows when the kernel lets
//! it. Here it is once more as a simulation: Gs are lists of [`Step`]s, Ms and Ps are entries of a
//! table, and time is a number that jumps from one event to the next. Nothing happens by chance, so what happened
//! once happens again, and one can ask *why*. All that costs time in the real one costs virtual time here: a look
//! at a queue, a futex that wakes a thread, a signal.
//!
//! ```
//! use concurrency::sim::{Program, Settings, rules, run};
//!
//! let program: Program = "loop 30ms; 6 * compute 3ms, syscall 2ms, compute 1ms".parse()?;
//! let log = run(&program, &Settings::new(2, 1));
//! assert_eq!(log, run(&program, &Settings::new(2, 1)), "same seed, same log");
//! assert!(rules::check(&log).is_ok());
//! # Ok::<(), concurrency::sim::ParseError>(())
//! ```
//!
//! It is Go's scheduler and not quite [`runtime`](crate::runtime)'s: a simulated G has a stack of its own. So a
//! signal can stop it in a loop, and one that comes back from the kernel and finds no P goes to the global
//! queue, where any M can take it. The queues are the runtime's own code.
//!
//! # Files, in reading order
//!
//! `program` (what Gs do), `event` and `log` (what is written down), `cost`, `world` (all Gs, Ms and Ps, and the
//! clock), `bootstrap` (how it begins), `queues` (where runnable Gs wait), `find` (where an M looks for one),
//! `turn` (what a G does when it runs), `wait` (channels, groups, timers), `poll` (the network), `kernel` (system
//! calls and hand-off), `threads` (how Ms sleep and wake), `sysmon`, `resize`; then [`rules`] (what every log
//! has to keep to), [`picture`] and [`scene`].

mod bootstrap;
mod cost;
mod event;
mod find;
mod kernel;
mod log;
pub mod picture;
mod poll;
mod program;
mod queues;
mod resize;
pub mod rules;
pub mod scene;
mod sysmon;
mod threads;
mod turn;
mod wait;
mod world;

pub use event::{Event, Place, Queue, Reason, Return, Spin, Time, What};
pub use log::{Log, Outcome, Settings};
pub use program::{Body, ParseError, Program, Step};
pub use world::run;
