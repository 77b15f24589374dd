//! Go's scheduler rebuilt, so that one can watch it work.
//!
//! A goroutine costs a few hundred nanoseconds and a channel operation fewer, because the kernel has
//! no part in either: a *scheduler in the program* decides who runs next on a handful of threads. Go's is famous
//! and hidden in its runtime. Here it is a library that one can read in an afternoon and use for real
//! programs: [`runtime`] runs futures as tasks, with Go's processors, queues, stealing, system-call
//! hand-off and watcher, and [`net`] gives them sockets.
//!
//! ```
//! use concurrency::runtime::{Runtime, spawn};
//!
//! let runtime = Runtime::new();
//! let squares: Vec<u64> = runtime.block_on(async {
//!     let tasks: Vec<_> = (1..=5).map(|n| spawn(async move { n * n })).collect();
//!     let mut squares = Vec::new();
//!     for task in tasks {
//!         squares.push(task.await.unwrap());
//!     }
//!     squares
//! });
//! assert_eq!(squares, [1, 4, 9, 16, 25]);
//! println!("{}", runtime.handle().snapshot().line());
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`runtime`] | tasks, threads and processors: how they come together |
//! | [`net`] | sockets that hold up a task and no thread |
//! | [`green`] | tasks with stacks: the switch, the fence, and a signal that stops a loop |
//! | [`sync`] | locks and their kin, from one system call up |
//! | [`patterns`] | how tasks work together: futures, streams, actors, pools, groups |
//! | [`mod@amdahl`] | what more processors can bring, and what they bring |
//! | [`debug`] | settings from the environment, in the form of `GODEBUG` |
//! | [`trace`] | what happened when, and where |
//! | [`sim`] | the same scheduler in virtual time, and the rules that it keeps |
//! | [`race`] | what nothing has ordered: a race detector |

mod primitive;

pub mod runtime;

pub mod net;

pub mod green;

pub mod sync;

pub mod patterns;

pub mod amdahl;

pub mod debug;

pub mod trace;

pub mod sim;

pub mod race;
