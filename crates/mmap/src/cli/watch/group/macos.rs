//! Orphans belong to launchd, which reaps them at once.

use nix::unistd::Pid;

pub(super) fn adopt_orphans() {}

pub(super) fn reap(_: Pid) {}
