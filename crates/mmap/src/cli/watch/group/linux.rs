//! Orphans of the group become ours to reap: the first process of a container often reaps nobody.

use nix::sys::prctl;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// Has processes whose parent ends become our children (a *subreaper*).
pub(super) fn adopt_orphans() {
    // An old kernel leaves them to its first process, as ever.
    let _ = prctl::set_child_subreaper(true);
}

/// Reaps those of `group` that have ended.
pub(super) fn reap(group: Pid) {
    let any_of_group = Pid::from_raw(-group.as_raw());
    while let Ok(status) = waitpid(any_of_group, Some(WaitPidFlag::WNOHANG)) {
        if status == WaitStatus::StillAlive {
            return;
        }
    }
}
