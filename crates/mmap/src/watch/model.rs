//! What the watcher believes is on the disk, and how it learns better.
//!
//! The kernel's messages are about the past: when one is read, the file may be gone again, renamed, or
//! another one. And some never come: the queue overflows, and in a new directory files are made before
//! it is watched. So a message is never passed on as it is. The model keeps a [`Snapshot`] of all
//! names that are watched, and *each event that is told changes it*; what the model has already is not
//! told again. That gives the three promises:
//!
//! - Nothing is told twice. A file that the scan of a new directory found is known when its own
//!   message comes; the second of two messages about one removal finds nothing to remove.
//! - The events, replayed over the names that were there at the beginning, give the model.
//! - The model ends as the disk is. After each message about a name the disk is asked what has that
//!   name *now*. When that is not what the message said, another message is believed to be in the
//!   queue behind it; the name is *doubtful*, and compared with the disk when nothing can be on its
//!   way any more.
//!
//! A directory is attached to the kernel *before* it is listed. Whatever is made in it from then on
//! has a message, and what was made before is in the list; what is in both is told once.

use std::path::{Path, PathBuf};

use super::error::WatchError;
use super::event::{Event, Op};
use super::hint::Hint;
use super::roots::{Request, Root, Roots};
use super::snapshot::{Entry, Snapshot, difference};

/// Where messages about the names in a directory come from.
pub(super) trait Source: Send {
    /// From now on there is a message for each change in `folder`. Asking again is no error.
    fn attach(&mut self, folder: &Path) -> Result<(), WatchError>;

    /// No more of them. That it was not attached is no error.
    fn detach(&mut self, folder: &Path);

    /// What is attached at or below `top`.
    fn attached(&self, top: &Path) -> Vec<PathBuf>;
}

pub(super) struct Model {
    roots: Roots,
    seen: Snapshot,
    source: Box<dyn Source>,
    /// To be looked at when the burst is over.
    to_look_at: Vec<PathBuf>,
    /// Gone when something was read of them, and believed to be told of further on in the queue.
    doubtful: Vec<PathBuf>,
    told: Vec<Event>,
    failures: Vec<WatchError>,
}

impl Model {
    pub(super) fn new(source: Box<dyn Source>) -> Self {
        Model {
            roots: Roots::default(),
            seen: Snapshot::default(),
            source,
            to_look_at: Vec::new(),
            doubtful: Vec::new(),
            told: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// What was learned since the last call, in paths as given.
    pub(super) fn take_told(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.told)
    }

    /// What could not be watched since the last call.
    pub(super) fn take_failures(&mut self) -> Vec<WatchError> {
        std::mem::take(&mut self.failures)
    }

    pub(super) fn list(&self) -> Vec<PathBuf> {
        self.roots.list()
    }

    /// Adds a watch, or replaces the one of the same path. What is there already is not told.
    pub(super) fn watch(&mut self, request: Request) -> Result<(), WatchError> {
        let refused = |error| WatchError::refused(&request.given, error);
        let place = request.given.canonicalize().map_err(refused)?;
        let gone = || WatchError::NoSuchPath(request.given.clone());
        let is_dir = Entry::of(&place).ok_or_else(gone)?.is_dir();
        if is_dir {
            std::fs::read_dir(&place).map_err(refused)?;
        }
        let given = request.given.clone();
        let root = Root::new(request, place.clone(), is_dir);
        if let Some(folder) = place.parent().filter(|_| root.needs_parent()) {
            self.source.attach(folder)?;
        }
        let before = self.roots.insert(root);
        let now = self.scan([&*place]);
        let root = self.roots.remove(&given);
        self.roots.extend(before);
        if let Some(error) = self.failures.pop() {
            self.failures.clear();
            self.let_go(&place);
            return Err(error);
        }
        self.learn(now);
        self.roots.extend(root);
        Ok(())
    }

    /// Ends a watch. What others still watch is not touched.
    pub(super) fn unwatch(&mut self, given: &Path) -> Result<(), WatchError> {
        let not_watched = || WatchError::NotWatched(given.to_owned());
        let root = self.roots.remove(given).ok_or_else(not_watched)?;
        self.let_go(&root.place);
        Ok(())
    }

    pub(super) fn apply(&mut self, hint: Hint) {
        match hint {
            Hint::Created(path) | Hint::MovedTo { path, .. } => self.created(path),
            Hint::Written(path) => self.touched(Op::Write, path),
            Hint::Changed(path) => self.touched(Op::Chmod, path),
            Hint::Removed(path) | Hint::MovedFrom { path, .. } => self.removed(&path),
            Hint::Renamed { from, to } => self.renamed(&from, &to),
            Hint::Moved(path) => self.moved(&path),
            Hint::Look(path) => self.to_look_at.push(path),
            Hint::Rescan => self.rescan(),
        }
    }

    /// Compares everything with the disk.
    pub(super) fn rescan(&mut self) {
        self.compare(&self.roots.places());
    }

    /// Looks at all that is to be looked at, together: a file that is gone here may be the one that is
    /// new there.
    pub(super) fn settle(&mut self) {
        let mut tops = std::mem::take(&mut self.to_look_at);
        tops.retain(|path| self.is_of_interest(path));
        self.compare(&tops);
    }

    pub(super) fn has_doubts(&self) -> bool {
        !self.doubtful.is_empty()
    }

    /// Looks at what is doubtful, now that no message of it can be on its way.
    pub(super) fn resolve_doubts(&mut self) {
        self.to_look_at.append(&mut self.doubtful);
        self.settle();
    }

    fn created(&mut self, path: PathBuf) {
        self.approach(&path);
        let (known, now) = (self.seen.get(&path).copied(), Entry::of(&path));
        let told_ahead = |known: Entry| !known.heard && now.is_some_and(|now| known.is(&now));
        if !known.is_some_and(told_ahead) {
            if !self.is_of_interest(&path) {
                return;
            }
            self.seen.remove_tree(&path);
            self.tell(Event::new(Op::Create, &path));
        }
        self.hear_of(path, now);
    }

    fn touched(&mut self, op: Op, path: PathBuf) {
        let now = Entry::of(&path);
        match (self.seen.get(&path), now) {
            (Some(known), Some(now)) if known.is(&now) => {
                let heard = known.heard;
                self.seen.insert(path.clone(), now.with_heard(heard));
            }
            // Another file has the name by now, or none.
            _ => self.doubtful.push(path.clone()),
        }
        if self.seen.get(&path).is_some() {
            self.tell(Event::new(op, path));
        }
    }

    fn removed(&mut self, path: &Path) {
        match self.seen.get(path) {
            Some(_) => self.forget(path),
            // It may be a directory that we watch for somebody to come back below it.
            None => self.lose(path),
        }
        self.expect_anew(path);
    }

    fn moved(&mut self, path: &Path) {
        let now = Entry::of(path);
        let is_there = |known: &Entry| now.is_some_and(|now| known.is(&now));
        if !self.seen.get(path).is_some_and(is_there) {
            self.removed(path);
        }
    }

    fn renamed(&mut self, from: &Path, to: &Path) {
        if self.seen.get(from).is_none() {
            return self.created(to.to_owned());
        }
        if !self.may_be_told(to) {
            return self.removed(from);
        }
        self.tell(Event::rename(from, to));
        self.seen.rename_tree(from, to);
        self.lose(from);
        self.hear_of(to.to_owned(), Entry::of(to));
        self.expect_anew(from);
        self.approach(to);
    }

    /// A message said that `path` is there. What is there `now` may be something newer.
    fn hear_of(&mut self, path: PathBuf, now: Option<Entry>) {
        let entry = now.unwrap_or(Entry::UNSEEN);
        self.seen.insert(path.clone(), entry.with_heard(true));
        if now.is_none() {
            self.doubtful.push(path);
        } else if entry.is_dir() {
            self.compare(&[path]);
        }
    }

    /// A message said that `path` is gone. If it is there again, a message of that is on its way;
    /// but a directory may have lost its watch to this one, so it is not waited for.
    fn expect_anew(&mut self, path: &Path) {
        match Entry::of(path) {
            Some(now) if now.is_dir() => self.look(path),
            Some(_) => self.doubtful.push(path.to_owned()),
            None => {}
        }
    }

    /// Makes the model right at `path` and below.
    fn look(&mut self, path: &Path) {
        if self.is_of_interest(path) {
            self.compare(&[path.to_owned()]);
        }
    }

    fn is_of_interest(&self, path: &Path) -> bool {
        self.seen.get(path).is_some() || self.may_be_told(path)
    }

    /// Whether `path` is watched and was reached from above: a message from a directory that is gone
    /// is late.
    fn may_be_told(&self, path: &Path) -> bool {
        let in_folder = |folder| self.seen.get(folder).is_some_and(Entry::is_dir);
        self.roots.is_root(path) || self.roots.cover(path) && path.parent().is_some_and(in_folder)
    }

    /// Tells all differences at and below `tops`.
    fn compare(&mut self, tops: &[PathBuf]) {
        let mut before = Snapshot::default();
        for top in tops {
            before.extend(self.seen.remove_tree(top));
            self.detach_replaced(top, &before);
        }
        let mut now = self.scan(tops);
        let events = difference(&before, &now);
        now.keep_heard(&before);
        self.seen.extend(now);
        for event in events {
            let lost = match event.op {
                Op::Remove => Some(event.path.clone()),
                _ => event.from.clone(),
            };
            self.tell(event);
            lost.iter().for_each(|path| self.lose(path));
        }
    }

    /// To be done before the scan: a directory that was renamed while nobody told us would keep its
    /// one kernel watch, and detaching its old name later would end the new name's.
    fn detach_replaced(&mut self, top: &Path, before: &Snapshot) {
        for folder in self.source.attached(top) {
            let now = Entry::of(&folder);
            let same = |then: &Entry| now.is_some_and(|now| then.is(&now));
            if now.is_none() || !before.get(&folder).is_none_or(same) {
                self.source.detach(&folder);
            }
        }
    }

    /// Takes for known what is told to nobody else: that, somebody waits to be told.
    fn learn(&mut self, now: Snapshot) {
        for (path, entry) in now.iter().filter(|(path, _)| !self.roots.cover(path)) {
            self.seen.insert(path.to_owned(), entry);
        }
    }

    /// Looks at `tops` and what is watched below them, and attaches to all directories.
    fn scan<P: AsRef<Path>>(&mut self, tops: impl IntoIterator<Item = P>) -> Snapshot {
        let mut now = Snapshot::default();
        let (roots, source, failures) = (&self.roots, &mut self.source, &mut self.failures);
        let mut enter = |folder: &Path| {
            let listed = roots.list_folder(folder);
            match listed.then(|| source.attach(folder)) {
                // When it is gone by now, there is a message about that.
                None | Some(Ok(()) | Err(WatchError::NoSuchPath(_))) => {}
                Some(Err(error)) => failures.push(error),
            }
            listed
        };
        tops.into_iter()
            .for_each(|top| now.add(top.as_ref(), &mut enter));
        now
    }

    fn forget(&mut self, path: &Path) {
        self.seen.remove_tree(path);
        self.tell(Event::new(Op::Remove, path));
        self.lose(path);
    }

    fn tell(&mut self, event: Event) {
        self.told.extend(self.roots.translate(&event));
    }

    /// Nothing that was at or below `path` is there any more.
    fn lose(&mut self, path: &Path) {
        for folder in self.source.attached(path) {
            self.source.detach(&folder);
        }
        self.roots.lose(path);
        for place in self.roots.awaited(path) {
            self.arm(&place);
        }
    }

    /// Forgets, without telling, what nobody watches any more at, below and directly above `place`.
    fn let_go(&mut self, place: &Path) {
        let known = self.seen.remove_tree(place);
        for (path, entry) in known.iter().filter(|(path, _)| self.roots.cover(path)) {
            self.seen.insert(path.to_owned(), entry);
        }
        let mut folders = self.source.attached(place);
        folders.extend(place.parent().map(Path::to_owned));
        for folder in folders {
            if !self.roots.need(&folder) {
                self.source.detach(&folder);
            }
        }
    }

    /// `path` has come into being: somebody may wait for it, or for what is to come below it.
    fn approach(&mut self, path: &Path) {
        for place in self.roots.awaited(path) {
            if place != path {
                self.arm(&place);
                self.look(&place);
            }
        }
    }

    /// Has the kernel tell when `place` comes: by the directory that it would be in, or, when that is
    /// not there either, by the next one above.
    fn arm(&mut self, place: &Path) {
        let mut below = place;
        while let Some(folder) = below.parent() {
            match self.source.attach(folder) {
                Err(WatchError::NoSuchPath(_)) => below = folder,
                Err(error) => return self.failures.push(error),
                // What was made before we attached has no message.
                Ok(()) if below != place && Entry::of(below).is_some() => below = place,
                Ok(()) => return,
            }
        }
    }
}
