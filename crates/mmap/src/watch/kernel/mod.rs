//! The passive side: the kernel tells, and the crate `notify` reads it.
//!
//! Of `notify` only this is used: attach to a directory, detach, and a stream of messages. What it
//! does not do is done by the [model](super::model):
//!
//! - its recursive mode attaches to a new directory *after* it has told of it, and files made in
//!   between are never heard of. Here every directory is attached by us, and listed afterwards;
//! - when the kernel's queue overflows it passes on a flag, [`Flag::Rescan`](notify::event::Flag), and
//!   no more. It becomes [`Hint::Rescan`];
//! - the halves of a rename are matched only when nothing came in between. They are matched by their
//!   cookie here.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::path::{Path, PathBuf};

use notify::{RecommendedWatcher, Watcher as _};

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as platform;

#[cfg(target_os = "macos")]
mod macos;
#[cfg(target_os = "macos")]
use macos as platform;

use super::error::WatchError;
use super::hint::Hint;
use super::model::Source;

/// The kernel's watches.
pub(super) struct Kernel {
    watcher: RecommendedWatcher,
    attached: BTreeSet<PathBuf>,
    /// Shared with the thread that reads the kernel's messages.
    tell: Tell,
}

type Tell = std::sync::Arc<dyn Fn(Result<Hint, WatchError>) + Send + Sync>;

impl Kernel {
    /// `tell` is called on a thread of `notify`, which must not be kept waiting.
    pub(super) fn new(
        tell: impl Fn(Result<Hint, WatchError>) + Send + Sync + 'static,
    ) -> Result<Self, WatchError> {
        let tell: Tell = std::sync::Arc::new(tell);
        let teller = std::sync::Arc::clone(&tell);
        let watcher = notify::recommended_watcher(move |message| match message {
            Ok(event) => platform::hints(event, |hint| teller(Ok(hint))),
            Err(error) => teller(Err(WatchError::source(error))),
        });
        Ok(Kernel {
            watcher: watcher.map_err(WatchError::source)?,
            attached: BTreeSet::new(),
            tell,
        })
    }
}

impl Source for Kernel {
    fn attach(&mut self, folder: &Path) -> Result<(), WatchError> {
        if platform::is_attached_with(folder, &self.attached) {
            return Ok(());
        }
        self.watcher
            .watch(folder, platform::REACH)
            .map_err(|error| WatchError::attaching(folder, error))?;
        self.attached.insert(folder.to_owned());
        platform::attached(&*self.tell);
        Ok(())
    }

    fn detach(&mut self, folder: &Path) {
        if self.attached.remove(folder) {
            // Fails when the kernel or notify has dropped it already, with the directory.
            let _ = self.watcher.unwatch(folder);
        }
    }

    fn attached(&self, top: &Path) -> Vec<PathBuf> {
        let from_top = (Bound::Included(top), Bound::Unbounded);
        let below = self.attached.range::<Path, _>(from_top);
        let below = below.take_while(|folder| folder.starts_with(top));
        below.cloned().collect()
    }
}
