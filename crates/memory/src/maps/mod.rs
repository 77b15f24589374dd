//! What the address space holds, read and typed.
//!
//! An address space is a short list of [`Area`]s, in the order of their addresses, with gaps
//! between them: runs of pages with the same permissions and the same thing behind them. (The
//! kernel's own name for one is VMA.) An access outside them all is a SIGSEGV. The list says what
//! *may* be there; how much of it *is*, [`Usage`] says by the area, and [`PageEntry`] by the page.
//!
//! | | Linux | macOS |
//! |---|---|---|
//! | areas | `/proc/PID/maps` | `proc_pidinfo(PROC_PIDREGIONPATHINFO)`, the data of `mach_vm_region` |
//! | usage | `/proc/PID/smaps` | the same call; without proportional sizes |
//! | pages | `/proc/PID/pagemap` | nothing of the kind: an error |
//!
//! macOS's `mach_vm_region` wants the task port of the process, which only a debugger with a
//! signature gets. `proc_pidinfo` answers from the same map of the kernel, and anybody of the same
//! user.

mod area;
mod error;
mod kind;
mod layout;
mod pagemap;
mod parse;
mod space;
mod usage;

#[cfg_attr(target_os = "linux", path = "linux.rs")]
#[cfg_attr(target_os = "macos", path = "macos.rs")]
mod platform;

pub use area::{Area, Permissions};
pub use error::{MapsError, ParseError};
pub use kind::Kind;
pub use layout::{Part, with_parts};
pub use pagemap::{PageEntry, Pagemap};
pub use parse::{parse_maps, parse_smaps};
pub use space::{AddressSpace, Totals};
pub use usage::Usage;
