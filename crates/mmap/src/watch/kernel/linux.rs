//! inotify: a watch for each directory, and messages in the order of the changes.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use notify::event::{ModifyKind, RenameMode};
use notify::{Event, EventKind, RecursiveMode};

use super::super::error::WatchError;
use super::super::hint::Hint;

pub(super) const REACH: RecursiveMode = RecursiveMode::NonRecursive;

/// Attaching anew is the way to be sure that it is the directory which has the name now.
pub(super) fn is_attached_with(_: &Path, _: &BTreeSet<PathBuf>) -> bool {
    false
}

/// Other watches go on undisturbed.
pub(super) fn attached(_: &dyn Fn(Result<Hint, WatchError>)) {}

pub(super) fn hints(mut event: Event, tell: impl Fn(Hint)) {
    if event.need_rescan() {
        return tell(Hint::Rescan);
    }
    let cookie = event.tracker();
    // Two paths are the halves once more, together.
    if event.paths.len() != 1 {
        return;
    }
    let Some(path) = event.paths.pop() else {
        return;
    };
    match (event.kind, cookie) {
        (EventKind::Create(_), _) => tell(Hint::Created(path)),
        (EventKind::Remove(_), _) => tell(Hint::Removed(path)),
        (EventKind::Modify(ModifyKind::Data(_)), _) => tell(Hint::Written(path)),
        (EventKind::Modify(ModifyKind::Metadata(_)), _) => tell(Hint::Changed(path)),
        (EventKind::Modify(ModifyKind::Name(RenameMode::From)), Some(cookie)) => {
            tell(Hint::MovedFrom { cookie, path });
        }
        (EventKind::Modify(ModifyKind::Name(RenameMode::To)), Some(cookie)) => {
            tell(Hint::MovedTo { cookie, path });
        }
        // IN_MOVE_SELF.
        (EventKind::Modify(ModifyKind::Name(_)), _) => tell(Hint::Moved(path)),
        // Opened and closed: no change.
        (EventKind::Access(_), _) => {}
        _ => tell(Hint::Look(path)),
    }
}
