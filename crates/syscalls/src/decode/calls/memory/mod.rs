//! Calls on the address space: mapping, protecting, advising, locking.

mod mapping;
mod nodes;
mod other_processes;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[mapping::CALLS, other_processes::CALLS, nodes::CALLS];
