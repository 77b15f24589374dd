//! The user namespace, its ids, and with it the right to all the others.

use std::fs;

use nix::sched::unshare;
use nix::unistd::{getegid, geteuid};

use super::{Kind, NamespaceError, Step};

/// Gives the calling process new namespaces of `kinds`: the user namespace first, in which it is
/// user 0, then the others in the order of [`Kind::ALL`], in whatever order they are asked for.
///
/// Of [`Kind::Pid`] the caller's next child is the first member. Of [`Kind::Mount`] nothing is seen
/// before something is mounted: it starts as a copy, and mounts no longer spread in either
/// direction.
///
/// # Errors
///
/// The step that the kernel refused. The user namespace needs a process with one thread (`EINVAL`
/// otherwise); what was made before the refusal stays.
#[doc(alias = "unshare")]
pub fn enter(kinds: &[Kind]) -> Result<(), NamespaceError> {
    for kind in Kind::ALL.into_iter().filter(|kind| kinds.contains(kind)) {
        // Within the new namespace nobody has a name yet: both would be 65534.
        let (uid, gid) = (geteuid(), getegid());
        unshare(kind.flag()).map_err(Step::Unshare(kind).failed())?;
        match kind {
            Kind::User => map_to_root(uid.as_raw(), gid.as_raw())?,
            Kind::Mount => super::root::make_private()?,
            _ => {}
        }
    }
    Ok(())
}

/// An ordinary user may map one id only, its own, and its group only after it has given up
/// `setgroups(2)`: leaving a group could open files that are closed to that group alone.
fn map_to_root(uid: u32, gid: u32) -> Result<(), NamespaceError> {
    let files = [
        ("/proc/self/setgroups", "deny".to_owned()),
        ("/proc/self/uid_map", one_id(uid)),
        ("/proc/self/gid_map", one_id(gid)),
    ];
    for (file, text) in files {
        fs::write(file, text).map_err(Step::MapIds.failed_io())?;
    }
    Ok(())
}

/// A line of the map: the first id inside, the first outside, how many.
fn one_id(outside: u32) -> String {
    format!("0 {outside} 1\n")
}
