//! What a program is to the kernel: identity, birth, death, terminals, daemons, namespaces, `ps`.
//!
//! A program is a file; a *process* is the kernel's record that one runs: a number, a parent, users
//! and groups, open descriptors, a working directory, memory, threads, limits, times. Everything
//! that a shell, an `init`, a container or `ps` does is done to that record, and all of it can be
//! looked at:
//!
//! - [`table::Table`] reads the record of any process, typed;
//! - [`ps::Listing`] chooses among them, and prints what procps prints;
//! - [`exit::Status`] says how one ended.
//!
//! ```
//! use process::exit::Status;
//! use process::table::{Fields, State, Table};
//!
//! let mut child = std::process::Command::new("sh").args(["-c", "kill -TERM $$"]).spawn()?;
//! let mut table = Table::open()?;
//! // Until somebody asks how it ended, its record stays.
//! while table.process(child.id() as i32, Fields::NONE)?.state != State::Zombie {
//!     std::thread::yield_now();
//! }
//! let status = Status::from(child.wait()?);
//! assert_eq!(status.to_string(), "killed by SIGTERM");
//! assert!(table.process(child.id() as i32, Fields::NONE).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Modules, in reading order
//!
//! | module | shows |
//! |---|---|
//! | [`id`] | who a process is: pid, parent, group, session; users and groups |
//! | [`exit`] | how it ended: a status as a type |
//! | [`environment`] | arguments and environment, and what a child gets |
//! | [`table`] | everything the kernel keeps about a process, read once and typed |
//! | [`ps`] | selection, columns, order and tree: `ps` |
//! | [`limits`] | resource limits |
//! | [`spawn`] | a new process with everything said up front, without copying the parent |
//! | [`pipeline`] | children connected by pipes |
//! | [`terminal`] | is it one, how big, which mode; raw mode that is always restored |
//! | [`pty`] | a pair of ends that a child takes for a terminal |
//! | [`daemon`] | leaving session, terminal and directory, and saying when one is ready |
//! | [`namespace`] | own host name, pids, mounts, root and network (Linux) |
//! | [`quote`] | how Windows passes arguments: one string |
//! | [`scp`] | the sink side of a copy over a byte stream |
//! | [`keyring`] | secrets in a store of the system |

pub mod id;

pub mod exit;

pub mod environment;

pub mod table;

pub mod ps;

pub mod limits;

pub mod spawn;

pub mod pipeline;

pub mod terminal;

pub mod pty;

pub mod daemon;

#[cfg(target_os = "linux")]
pub mod namespace;

pub mod quote;

pub mod scp;

pub mod keyring;
