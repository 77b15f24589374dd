//! The machine and the kernel: names, random bytes, modules, keys, sandboxes.

mod kernel;
mod keys;
mod machine;
mod programs;
mod sandbox;

pub(super) use sandbox::filter_program;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[
    machine::CALLS,
    kernel::CALLS,
    programs::CALLS,
    sandbox::CALLS,
    keys::CALLS,
];
