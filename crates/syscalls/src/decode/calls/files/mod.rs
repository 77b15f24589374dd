//! Calls on paths: open, stat, links, attributes, times, mounts.

mod attributes;
mod links;
mod mount;
mod mount_api;
pub(super) mod open;
mod permissions;
mod stat;
mod statfs;
mod statx;
mod storage;
mod times;

use crate::decode::Signature;
use crate::decode::named::{Flags, named};

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] = &[
    open::CALLS,
    stat::CALLS,
    statx::CALLS,
    statfs::CALLS,
    links::CALLS,
    permissions::CALLS,
    times::CALLS,
    attributes::CALLS,
    mount::CALLS,
    mount_api::CALLS,
    storage::CALLS,
];

/// What the calls whose names end in `at` do with a path.
const AT_FLAGS: Flags = Flags {
    names: named![
        AT_SYMLINK_NOFOLLOW,
        AT_REMOVEDIR,
        AT_SYMLINK_FOLLOW,
        AT_NO_AUTOMOUNT,
        AT_EMPTY_PATH,
        AT_RECURSIVE,
    ],
    unknown: "AT_???",
};
