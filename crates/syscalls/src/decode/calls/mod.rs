//! The signatures, family by family.

mod descriptors;
mod files;
mod identity;
mod ipc;
mod memory;
mod network;
mod poll;
mod process;
mod signals;
mod system;
mod time;

use super::Signature;

/// Every call that has a signature.
pub(super) fn all() -> impl Iterator<Item = &'static Signature> {
    let in_parts = [
        files::CALLS,
        descriptors::CALLS,
        memory::CALLS,
        process::CALLS,
        system::CALLS,
        poll::CALLS,
        network::CALLS,
        ipc::CALLS,
    ];
    let whole = [identity::CALLS, signals::CALLS, time::CALLS];
    in_parts
        .into_iter()
        .flatten()
        .copied()
        .chain(whole)
        .flatten()
}
