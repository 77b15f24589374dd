//! Starting, executing, waiting and ending; limits, scheduling, and what a process is allowed.

mod arch;
mod clone;
mod exec;
mod limits;
mod policy;
mod prctl;
mod privileges;
mod ptrace;
mod sched_attr;
mod scheduling;
mod wait;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[
    exec::CALLS,
    clone::CALLS,
    wait::CALLS,
    limits::CALLS,
    scheduling::CALLS,
    sched_attr::CALLS,
    policy::CALLS,
    privileges::CALLS,
    prctl::CALLS,
    arch::CALLS,
    ptrace::CALLS,
];
