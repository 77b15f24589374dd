//! FSEvents: a stream for whole trees, whose messages are merged and in no order. They say where to
//! look, and what happened is found by looking; a rename by its inode.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use notify::{Event, EventKind, RecursiveMode};

use super::super::error::WatchError;
use super::super::hint::Hint;

pub(super) const REACH: RecursiveMode = RecursiveMode::Recursive;

/// The stream of a directory has all that is below it.
pub(super) fn is_attached_with(folder: &Path, attached: &BTreeSet<PathBuf>) -> bool {
    folder.ancestors().any(|above| attached.contains(above))
}

/// Adding a directory stops the stream and starts another; what happens meanwhile is in none.
pub(super) fn attached(tell: &dyn Fn(Result<Hint, WatchError>)) {
    tell(Ok(Hint::Rescan));
}

pub(super) fn hints(event: Event, tell: impl Fn(Hint)) {
    if event.need_rescan() {
        tell(Hint::Rescan);
    } else if !matches!(event.kind, EventKind::Access(_)) {
        event.paths.into_iter().map(Hint::Look).for_each(tell);
    }
}
