//! What was asked for: paths as they were given, and where they really are.
//!
//! Inside, everything has its canonical path, so that `dir`, `./dir` and a link to it are one
//! directory with one kernel watch. Outside, a name is built from the path that its watch was given:
//! what is asked for as `dir` is told as `dir/name`. A name that two watches would tell alike is told
//! once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::event::{Event, Op, Ops};
use super::snapshot::moved_path;

/// How far down a watch of a directory reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The directory and the names in it.
    One,
    /// All that is below it, now or later.
    All,
}

/// What becomes of a watch whose path is removed or moved away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// It ends, as in Go's fsnotify.
    Ends,
    /// It waits for the path to come back.
    Waits,
}

/// A watch that is asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) given: PathBuf,
    pub(super) depth: Depth,
    pub(super) ops: Ops,
    pub(super) loss: Loss,
}

impl Request {
    /// All operations, one level deep, for as long as the path is there.
    pub fn new(path: impl AsRef<Path>) -> Self {
        Request {
            // Without the slashes at the end and the dots in the middle.
            given: path.as_ref().components().collect(),
            depth: Depth::One,
            ops: Ops::ALL,
            loss: Loss::Ends,
        }
    }

    /// As Go's fsnotify reads it: what ends in `/...` reaches all the way down.
    pub fn from_pattern(pattern: impl AsRef<Path>) -> Self {
        let pattern = pattern.as_ref();
        match pattern.parent() {
            // A bare `...` means what is below the working directory.
            Some(folder) if folder == Path::new("") && pattern.ends_with("...") => {
                Request::new(".").depth(Depth::All)
            }
            Some(folder) if pattern.ends_with("...") => Request::new(folder).depth(Depth::All),
            _ => Request::new(pattern),
        }
    }

    /// The path as it was given.
    pub fn path(&self) -> &Path {
        &self.given
    }

    /// Reaches so far.
    pub fn depth(self, depth: Depth) -> Self {
        Request { depth, ..self }
    }

    /// Tells these operations only.
    pub fn ops(self, ops: Ops) -> Self {
        Request { ops, ..self }
    }

    /// What to do when the path is lost.
    pub fn loss(self, loss: Loss) -> Self {
        Request { loss, ..self }
    }
}

/// A request, and where its path is.
#[derive(Debug)]
pub(super) struct Root {
    request: Request,
    pub(super) place: PathBuf,
    is_dir: bool,
}

impl Root {
    pub(super) fn new(request: Request, place: PathBuf, is_dir: bool) -> Self {
        Root {
            request,
            place,
            is_dir,
        }
    }

    fn covers(&self, path: &Path) -> bool {
        path == self.place || path.parent().is_some_and(|folder| self.lists(folder))
    }

    /// Whether the names in `folder` are told.
    fn lists(&self, folder: &Path) -> bool {
        match self.request.depth {
            Depth::One => folder == self.place,
            Depth::All => folder.starts_with(&self.place),
        }
    }

    /// Whether the kernel has to tell of the directory that the root itself is in: an inode's own
    /// watch would go away with the inode, though the name is used again.
    pub(super) fn needs_parent(&self) -> bool {
        !self.is_dir || self.waits()
    }

    pub(super) fn waits(&self) -> bool {
        self.request.loss == Loss::Waits
    }

    fn given(&self, path: &Path) -> PathBuf {
        moved_path(path, &self.place, &self.request.given)
    }
}

/// All that is watched, by the path as given.
#[derive(Debug, Default)]
pub(super) struct Roots(BTreeMap<PathBuf, Root>);

impl Roots {
    /// Adds a root; gives back the one that had its path.
    pub(super) fn insert(&mut self, root: Root) -> Option<Root> {
        self.0.insert(root.request.given.clone(), root)
    }

    pub(super) fn extend(&mut self, roots: impl IntoIterator<Item = Root>) {
        roots.into_iter().for_each(|root| drop(self.insert(root)));
    }

    pub(super) fn remove(&mut self, given: &Path) -> Option<Root> {
        self.0.remove(given)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Root> {
        self.0.values()
    }

    /// As given, with `/...` at the end of those that reach all the way down.
    pub(super) fn list(&self) -> Vec<PathBuf> {
        let shown = |root: &Root| match root.request.depth {
            Depth::One => root.request.given.clone(),
            Depth::All => root.request.given.join("..."),
        };
        self.iter().map(shown).collect()
    }

    pub(super) fn places(&self) -> Vec<PathBuf> {
        self.iter().map(|root| root.place.clone()).collect()
    }

    pub(super) fn cover(&self, path: &Path) -> bool {
        self.iter().any(|root| root.covers(path))
    }

    /// Whether the names in `folder` are told to somebody.
    pub(super) fn list_folder(&self, folder: &Path) -> bool {
        self.iter().any(|root| root.lists(folder))
    }

    pub(super) fn is_root(&self, path: &Path) -> bool {
        self.iter().any(|root| root.place == path)
    }

    /// Whether the kernel has to tell of `folder` for any reason.
    pub(super) fn need(&self, folder: &Path) -> bool {
        self.iter().any(|root| {
            root.lists(folder) || root.needs_parent() && root.place.parent() == Some(folder)
        })
    }

    /// Ends the watches that were at or below `place` and do not wait.
    pub(super) fn lose(&mut self, place: &Path) {
        self.0
            .retain(|_, root| root.waits() || !root.place.starts_with(place));
    }

    /// The paths at or below `place` that somebody waits for.
    pub(super) fn awaited(&self, place: &Path) -> Vec<PathBuf> {
        let awaited = self
            .iter()
            .filter(|root| root.waits() && root.place.starts_with(place));
        awaited.map(|root| root.place.clone()).collect()
    }

    /// The event as it is told: with paths as given, and what nobody watches left out.
    pub(super) fn translate(&self, event: &Event) -> Vec<Event> {
        let Some(from) = &event.from else {
            return self.told(event.op, &event.path, |_| None);
        };
        let Some(somewhere) = self.iter().find(|root| root.covers(from)) else {
            return self.told(Op::Create, &event.path, |_| None);
        };
        if !self.cover(&event.path) {
            return self.told(Op::Remove, from, |_| None);
        }
        self.told(Op::Rename, &event.path, |root| {
            let before = if root.covers(from) { root } else { somewhere };
            Some(before.given(from))
        })
    }

    fn told(&self, op: Op, path: &Path, from: impl Fn(&Root) -> Option<PathBuf>) -> Vec<Event> {
        let covering = self.iter().filter(|root| root.covers(path));
        let interested = covering.filter(|root| root.request.ops.contains(op));
        let mut names: Vec<_> = interested
            .map(|root| (root.given(path), from(root)))
            .collect();
        names.sort();
        names.dedup();
        let event = |(path, from)| Event { op, path, from };
        names.into_iter().map(event).collect()
    }
}
