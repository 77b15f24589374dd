//! A new process with everything said up front, without copying the parent.
//!
//! `fork(2)` copies the page tables of the caller, which for a parent of a gigabyte takes longer than
//! all else. Nearly every child then only calls `execve(2)` and throws the copy away. What happens
//! between the two calls is a short list: descriptors, group, session, signals, limits, directory.
//! [`Spawn`] has that list as data. So the child can borrow the parent's memory for the moment
//! (`vfork`), and needs neither a copy nor an allocation.
//!
//! | file | shows |
//! |---|---|
//! | `builder` | what can be said of a child: [`Spawn`] |
//! | `plan` | the same as C sees it, laid out before the child exists |
//! | `steps` | what the child does, up to `execve` |
//! | `linux` | a child that borrows our memory: `clone(CLONE_VM \| CLONE_VFORK)` |
//! | `forked` | a child that is a copy, for who must not wait for it |
//! | `macos` | `posix_spawn`, or `fork` for what it cannot say |
//! | `child` | waiting for it: [`Child`] |
//! | `error` | which [`Step`] failed, and why |
//!
//! ```
//! use process::exit::Status;
//! use process::spawn::Spawn;
//!
//! let mut child = Spawn::new("/bin/sh").args(["-c", "exit 7"]).spawn()?;
//! assert_eq!(child.wait()?, Status::Exited(7));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod child;
mod error;
mod forked;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod plan;
mod steps;

#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

pub use builder::{FdSource, Group, Spawn};
pub use child::Child;
pub use error::{SpawnError, Step};
