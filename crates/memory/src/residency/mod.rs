//! Which pages are there, shared, or copied.
//!
//! The kernel gives memory when it is touched and not before. The touch that finds no page is a
//! *fault*: the processor stops the instruction and calls the kernel, which enters a page into the
//! table and lets the instruction run again. A program cannot see that, except by asking: for the
//! number of its [`Faults`], for what is [`resident`], or for the [`State`] of each page.
//!
//! [`Twin`] is the other half of an experiment about sharing: a copy of this process, by fork, that
//! reads and writes pages when told to.

mod faults;
mod resident;
mod state;
mod twin;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod platform;

pub use faults::Faults;
pub use resident::resident;
pub use state::State;
pub use twin::{Twin, TwinError};
