//! Own host name, pids, mounts, root and network (Linux).
//!
//! A container is no object of the kernel. It is an ordinary process of which seven tables are its
//! own: users, mounts, host name, System V IPC, network, cgroups and pids. Each table is a
//! *namespace*; `unshare(2)` gives the caller a new one, and children inherit what their parent
//! has.
//!
//! The order is the whole art:
//!
//! 1. the user namespace: within it an ordinary user is root, and only by that may it make the rest;
//! 2. its map of ids, or the new root owns nothing and nobody knows its name;
//! 3. the other namespaces; that of the pids holds for children only, hence
//! 4. a fork: the child is pid 1, who adopts orphans and whose end is the end of all;
//! 5. host name, loopback interface, a new root with few things in it, the old root gone;
//! 6. the limits, the capabilities dropped, and the promise never to gain any;
//! 7. another fork, and the command.
//!
//! [`enter`] is steps 1 to 3 for the caller itself. [`Sandbox`] is all of them for a command:
//!
//! ```no_run
//! use std::process::Command;
//! use process::namespace::Sandbox;
//!
//! # fn main() -> Result<(), process::namespace::NamespaceError> {
//! let mut whoami = Command::new("id");
//! let status = Sandbox::default().prepare().run(&mut whoami)?;
//! assert!(status.success());
//! # Ok(())
//! # }
//! ```
//!
//! It keeps a well-meant program apart. It is no wall against a hostile one: that takes a seccomp
//! filter as well, since the whole kernel can still be called.
//!
//! See namespaces(7), user_namespaces(7), pid_namespaces(7), mount_namespaces(7), capabilities(7).

mod error;
mod kind;
mod user;

mod capabilities;
mod network;
mod root;

mod cgroup;
mod limits;

mod fork;
mod init;
mod sandbox;

pub use capabilities::{Capability, UnknownCapability, bounding_set, keep_only};
pub use cgroup::Controller;
pub use error::{NamespaceError, Step};
pub use kind::{Identity, Kind};
pub use limits::{Held, Limits};
pub use network::bring_up_loopback;
pub use root::{Bind, MASKED, NewRoot};
pub use sandbox::{Network, Prepared, Sandbox};
pub use user::enter;
