//! What a tree looked like at a moment, and how two such moments differ.
//!
//! A name is compared by what `fstatat(2)` says of it. *Identity* (device and inode number) tells a
//! file from another of the same name, and finds it again under a new one. Size and modification
//! time stand for the content: a write that keeps both, within the clock's tick, is not seen. Two
//! changes between two looks are one, and a file that came and went was never there.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::{fs, io};

use nix::errno::Errno;
use nix::fcntl::{AT_FDCWD, AtFlags};
use nix::libc;
use nix::sys::stat::{FileStat, SFlag, fstatat};

use super::event::{Event, Op};

/// What is compared of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Device and inode number.
    identity: (u64, u64),
    size: i64,
    /// Seconds and nanoseconds.
    modified: (i64, i64),
    /// The type of the file and its permissions.
    mode: u32,
    /// Whether its creation has been told by the kernel, not only found by looking.
    pub(super) heard: bool,
}

impl Entry {
    /// Stands for a file that was gone before we could look at it.
    pub(super) const UNSEEN: Entry = Entry {
        identity: (0, 0),
        size: 0,
        modified: (0, 0),
        mode: 0,
        heard: true,
    };

    /// Looks at `path` itself: a symbolic link is not followed. `None` when there is nothing, or
    /// nothing that we may look at.
    pub fn of(path: &Path) -> Option<Entry> {
        let stat = loop {
            match fstatat(AT_FDCWD, path, AtFlags::AT_SYMLINK_NOFOLLOW) {
                Err(Errno::EINTR) => {}
                outcome => break outcome.ok()?,
            }
        };
        Some(Entry::from(stat))
    }

    /// Whether it is a directory.
    pub fn is_dir(&self) -> bool {
        self.kind() == SFlag::S_IFDIR
    }

    /// Whether this is the file that is `now` there. What nobody saw could be any.
    pub(super) fn is(&self, now: &Entry) -> bool {
        self.identity == now.identity || self.is_unseen()
    }

    pub(super) fn with_heard(self, heard: bool) -> Self {
        Entry { heard, ..self }
    }

    fn is_unseen(&self) -> bool {
        self.identity == Entry::UNSEEN.identity
    }

    /// Whether `now`, under another name, is this file. Its number alone does not say so: a new file
    /// gets the number of one that was removed a moment ago.
    fn is_moved_to(&self, now: &Entry) -> bool {
        let same_content = (self.kind(), self.modified) == (now.kind(), now.modified);
        self.identity == now.identity && same_content
    }

    // A mode has sixteen bits on macOS.
    #[allow(clippy::unnecessary_cast)]
    fn kind(&self) -> SFlag {
        SFlag::from_bits_truncate(self.mode as libc::mode_t) & SFlag::S_IFMT
    }

    /// What happened to a file that was `self` and is `now`. A directory's size and time change with
    /// its entries, which are told themselves.
    pub(super) fn changes(&self, now: &Entry) -> impl Iterator<Item = Op> {
        let seen = !self.is_unseen();
        let content = (self.size, self.modified) != (now.size, now.modified);
        let write = (seen && content && !now.is_dir()).then_some(Op::Write);
        let chmod = (seen && self.mode != now.mode).then_some(Op::Chmod);
        write.into_iter().chain(chmod)
    }
}

// The fields have other widths on other systems.
#[allow(clippy::unnecessary_cast)]
impl From<FileStat> for Entry {
    fn from(stat: FileStat) -> Self {
        Entry {
            identity: (stat.st_dev as u64, stat.st_ino as u64),
            size: stat.st_size as i64,
            modified: (stat.st_mtime as i64, stat.st_mtime_nsec as i64),
            mode: stat.st_mode as u32,
            heard: false,
        }
    }
}

/// Names and what was seen of them. A path and all below it stand together, since paths are ordered
/// component by component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    entries: BTreeMap<PathBuf, Entry>,
}

impl Snapshot {
    /// Looks at `top` and all below it, or all directly in it: one `fstatat` a name.
    pub fn take(top: &Path, recursive: bool) -> Snapshot {
        let mut snapshot = Snapshot::default();
        snapshot.add(top, |path| recursive || path == top);
        snapshot
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All names, parents before their children.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.entries.keys().map(PathBuf::as_path)
    }

    /// Adds `top` and what is below it. `enter` is asked for each directory, before it is listed,
    /// whether it is to be.
    pub(super) fn add(&mut self, top: &Path, mut enter: impl FnMut(&Path) -> bool) {
        let mut todo = vec![top.to_owned()];
        while let Some(path) = todo.pop() {
            let Some(entry) = Entry::of(&path) else {
                continue;
            };
            if entry.is_dir() && enter(&path) {
                // What cannot be read has no entries for us; and it may be gone by now.
                todo.extend(children(&path).unwrap_or_default());
            }
            self.entries.insert(path, entry);
        }
    }

    pub(super) fn get(&self, path: &Path) -> Option<&Entry> {
        self.entries.get(path)
    }

    pub(super) fn insert(&mut self, path: PathBuf, entry: Entry) {
        self.entries.insert(path, entry);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, Entry)> {
        self.entries.iter().map(|(path, entry)| (&**path, *entry))
    }

    pub(super) fn extend(&mut self, other: Snapshot) {
        self.entries.extend(other.entries);
    }

    /// What was known to be heard of in `before` is so still.
    pub(super) fn keep_heard(&mut self, before: &Snapshot) {
        for (path, entry) in &mut self.entries {
            let known = before.get(path).filter(|known| known.is(entry));
            entry.heard = known.is_some_and(|known| known.heard);
        }
    }

    /// Takes `top` and all below it out.
    pub(super) fn remove_tree(&mut self, top: &Path) -> Snapshot {
        let below = self.below(top).into_iter();
        let entries = below.filter_map(|path| self.entries.remove_entry(&path));
        Snapshot {
            entries: entries.collect(),
        }
    }

    /// Gives `from` and all below it the name `to`; what had that name is gone.
    pub(super) fn rename_tree(&mut self, from: &Path, to: &Path) {
        let moved = self.remove_tree(from);
        self.remove_tree(to);
        for (path, entry) in moved.entries {
            self.entries.insert(moved_path(&path, from, to), entry);
        }
    }

    fn below(&self, top: &Path) -> Vec<PathBuf> {
        self.entries
            .range::<Path, _>((Bound::Included(top), Bound::Unbounded))
            .map(|(path, _)| path.clone())
            .take_while(|path| path.starts_with(top))
            .collect()
    }
}

/// `path`, which is at or below `from`, when that is called `to`.
pub(super) fn moved_path(path: &Path, from: &Path, to: &Path) -> PathBuf {
    match path.strip_prefix(from) {
        // Joining nothing would add a slash.
        Ok(rest) if rest.as_os_str().is_empty() => to.to_owned(),
        Ok(rest) => to.join(rest),
        Err(_) => path.to_owned(),
    }
}

fn children(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// What leads from `old` to `new`: events that, replayed in their order over the names of `old`, give
/// the names of `new`.
///
/// Renames come first, found by identity (of a file that was renamed *and* written to nobody can say
/// that it is not a new one), and what they explain needs no event of its own: all that
/// is in a renamed directory moved with it. What is left is compared name by name. A rename whose old
/// name is in use again would be undone by replaying it; it is told as two new names.
pub fn difference(old: &Snapshot, new: &Snapshot) -> Vec<Event> {
    let mut before = old.clone();
    let mut events = renames(&mut before, new);
    let is_gone = |path: &PathBuf| !new.entries.contains_key(path);
    let gone = before.entries.keys().rev().filter(|path| is_gone(path));
    events.extend(gone.map(|path| Event::new(Op::Remove, path)));
    for (path, now) in &new.entries {
        match before.get(path) {
            Some(then) if then.is(now) => {
                events.extend(then.changes(now).map(|op| Event::new(op, path)));
            }
            _ => events.push(Event::new(Op::Create, path)),
        }
    }
    events
}

/// Finds files under their new names, and has `before` know them by those.
fn renames(before: &mut Snapshot, new: &Snapshot) -> Vec<Event> {
    let lost: HashMap<(u64, u64), PathBuf> = before
        .entries
        .iter()
        .filter(|(path, _)| !new.entries.contains_key(*path))
        .map(|(path, entry)| (entry.identity, path.clone()))
        .collect();
    let mut events = Vec::new();
    for (path, entry) in &new.entries {
        if before.get(path).is_some_and(|known| known.is(entry)) {
            continue;
        }
        let from = lost.get(&entry.identity);
        // A parent's rename may have taken it along, to yet another place.
        let is_there = |from: &&PathBuf| before.get(from).is_some_and(|it| it.is_moved_to(entry));
        let from = from.filter(is_there);
        if let Some(from) = from {
            before.rename_tree(from, path);
            events.push(Event::rename(from, path));
        }
    }
    events
}
