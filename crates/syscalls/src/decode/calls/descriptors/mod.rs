//! Calls on descriptors: reading, writing, duplicating, controlling.

mod copying;
mod directory;
mod duplicates;
mod fcntl;
mod ioctl;
pub(super) use duplicates::{HUGE_MASK, HUGE_SHIFT};
pub(in crate::decode) use transfer::pieces;
mod positions;
mod transfer;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[
    transfer::CALLS,
    duplicates::CALLS,
    fcntl::CALLS,
    ioctl::CALLS,
    positions::CALLS,
    copying::CALLS,
    directory::CALLS,
];
