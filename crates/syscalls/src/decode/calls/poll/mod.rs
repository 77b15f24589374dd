//! Waiting for descriptors: poll, select, epoll, eventfd, inotify.

mod epoll;
mod notify;
mod select;
mod wait;

use crate::decode::Signature;

/// The calls of this family.
pub(super) const CALLS: &[&[Signature]] =
    &[wait::CALLS, select::CALLS, epoll::CALLS, notify::CALLS];
