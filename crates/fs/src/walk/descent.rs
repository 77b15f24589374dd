//! One walk, one entry at a time: the machine under the iterator and under each thread of `run`.
//!
//! It owns one [`Entry`], whose path it rewrites as it goes: down a level a name is added, up a level
//! one is cut off. So an entry costs a copy of its name, and no allocation.
//!
//! A directory is given first and entered by the *next* step, so that whoever got it can have it left
//! out, or give it to another thread.

use std::ffi::OsStr;
use std::io;
use std::mem;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, Weak};

use nix::errno::Errno;

use super::entry::{Entry, Kind};
use super::listing::Listing;
use super::stack::{Identity, Level, Stack};
use super::{Options, WalkError};

#[derive(Debug)]
pub(super) struct Descent {
    options: Options,
    /// What was given last; its path begins with that of the stack's topmost level.
    entry: Entry,
    step: Step,
    stack: Stack,
    /// Keeps the directory open that has the stack's lowest level in it, until that is open itself.
    parent: Option<Arc<OwnedFd>>,
    /// All directories from the root to here, when links are followed.
    ancestors: Vec<Identity>,
    /// The walk's root, when it stays on one filesystem.
    root: Option<Identity>,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Look the root up.
    Root,
    /// Enter the directory that the entry is.
    Enter,
    /// Give the entry: its contents came first.
    Give,
    /// Read the topmost directory.
    Read,
}

/// A directory that another walk is to enter.
#[derive(Debug)]
pub(super) struct Job {
    entry: Entry,
    parent: Option<Arc<OwnedFd>>,
    ancestors: Vec<Identity>,
    root: Option<Identity>,
}

impl Descent {
    pub(super) fn new(root: &Path, options: Options, room: usize) -> Self {
        let mut descent = Self::idle(options, room);
        descent.entry.path = root.as_os_str().as_bytes().to_vec();
        descent.step = Step::Root;
        descent
    }

    /// Has nothing to give until a job is taken on.
    pub(super) fn idle(options: Options, room: usize) -> Self {
        Descent {
            options,
            entry: Entry {
                path: Vec::new(),
                name_start: 0,
                kind: Kind::Directory,
                followed: false,
                depth: 0,
                inode: 0,
                directory: Weak::new(),
            },
            step: Step::Read,
            stack: Stack::new(room),
            parent: None,
            ancestors: Vec::new(),
            root: None,
        }
    }

    /// The next entry. After an error it goes on with the rest.
    pub(super) fn advance(&mut self) -> Option<Result<&Entry, WalkError>> {
        loop {
            let given = match mem::replace(&mut self.step, Step::Read) {
                Step::Root => self.look_up_root(),
                Step::Enter => self.enter(),
                Step::Give => Ok(true),
                Step::Read if self.stack.top().is_none() => return None,
                Step::Read => self.read(),
            };
            match given {
                Ok(true) => return Some(Ok(&self.entry)),
                Ok(false) => {}
                Err(error) => return Some(Err(error)),
            }
        }
    }

    pub(super) fn skip_directory(&mut self) {
        if !self.options.contents_first {
            self.step = Step::Read;
        }
    }

    /// The directory that was given last, if it was about to be entered.
    pub(super) fn give_away(&mut self) -> Option<Job> {
        if self.step != Step::Enter {
            return None;
        }
        self.step = Step::Read;
        Some(Job {
            entry: self.entry.clone(),
            parent: self.entry.directory.upgrade(),
            ancestors: self.ancestors.clone(),
            root: self.root,
        })
    }

    /// Does a job, once it has no more of its own to do.
    pub(super) fn take_on(&mut self, job: Job) {
        self.entry = job.entry;
        self.parent = job.parent;
        self.ancestors = job.ancestors;
        self.root = job.root;
        self.step = Step::Enter;
    }

    fn look_up_root(&mut self) -> Result<bool, WalkError> {
        let status = match self.entry.look_up(false) {
            Ok(status) => status,
            Err(error) => return Err(self.error("look up", error)),
        };
        self.entry.kind = Kind::of_mode(status.st_mode);
        self.entry.inode = status.st_ino;
        self.classify()
    }

    /// Reads one name. Gives nothing when there was none, and the walk is a level higher now.
    fn read(&mut self) -> Result<bool, WalkError> {
        let Some(level) = self.stack.top() else {
            return Ok(false);
        };
        let length = level.path_length;
        let kind = match level.next() {
            Ok(Some(record)) => {
                self.entry.rename(length, record.name, record.inode);
                record.kind
            }
            Ok(None) => return self.leave(),
            Err(error) => return Err(self.error_above(length, "read", error)),
        };
        if let Some(kind) = kind {
            self.entry.kind = kind;
            return self.classify();
        }
        match self.entry.look_up(false) {
            Ok(status) => {
                self.entry.kind = Kind::of_mode(status.st_mode);
                self.classify()
            }
            Err(error) if is_gone(&error) => Ok(false),
            Err(error) => Err(self.error("look up", error)),
        }
    }

    /// Whether the entry is given now; what comes after it.
    fn classify(&mut self) -> Result<bool, WalkError> {
        if self.entry.kind == Kind::Symlink && self.options.follow_links {
            self.follow()?;
        }
        if self.entry.kind != Kind::Directory || self.entry.depth >= self.options.max_depth {
            return Ok(true);
        }
        self.step = Step::Enter;
        Ok(!self.options.contents_first)
    }

    fn follow(&mut self) -> Result<(), WalkError> {
        let status = match self.entry.look_up(true) {
            Ok(status) => status,
            // It leads nowhere.
            Err(error) if is_gone(&error) => return Ok(()),
            Err(error) => return Err(self.error("follow", error)),
        };
        let kind = Kind::of_mode(status.st_mode);
        if kind == Kind::Directory && self.ancestors.contains(&Identity::of(&status)) {
            return Err(self.error("follow", Errno::ELOOP.into()));
        }
        self.entry.kind = kind;
        self.entry.inode = status.st_ino;
        self.entry.followed = true;
        Ok(())
    }

    /// Enters the directory that the entry is. Gives nothing: what it holds comes next.
    fn enter(&mut self) -> Result<bool, WalkError> {
        let opened = self.open();
        self.parent = None;
        let error = match opened {
            Ok(Some(level)) => {
                self.stack.push(level);
                self.entry.depth += 1;
                self.entry.directory = self.stack.top_directory();
                return Ok(false);
            }
            Ok(None) => None,
            Err(error) if self.entry.depth > 0 && is_gone(&error) => None,
            Err(error) => Some(error),
        };
        if self.options.contents_first {
            self.step = Step::Give;
        }
        error.map_or(Ok(false), |error| Err(self.error("open", error)))
    }

    /// None when the directory is on another filesystem.
    fn open(&mut self) -> io::Result<Option<Level>> {
        let mut opened = self.entry.open();
        if opened.as_ref().is_err_and(is_out_of_descriptors) {
            self.stack.make_room();
            opened = self.entry.open();
        }
        let (directory, reader) = opened?;
        let mut identity = None;
        if self.options.follow_links || self.options.one_filesystem {
            let this = Identity::of_directory(&directory)?;
            let root = *self.root.get_or_insert(this);
            if self.options.one_filesystem && !this.is_on_device_of(root) {
                return Ok(None);
            }
            identity = Some(this);
        }
        self.ancestors.extend(identity);
        let mut listing = Listing::new(reader, self.stack.buffer());
        if self.options.sorted {
            let buffer = listing.sort(&directory);
            self.stack.recycle(buffer);
        }
        Ok(Some(Level {
            directory: Some(Arc::new(directory)),
            listing,
            identity,
            path_length: self.entry.path.len(),
            name_start: self.entry.name_start,
            inode: self.entry.inode,
            followed: self.entry.followed,
        }))
    }

    /// Goes up a level. True when the directory that it left is to be given now.
    fn leave(&mut self) -> Result<bool, WalkError> {
        let Some((level, outcome)) = self.stack.pop(&self.entry.path) else {
            return Ok(false);
        };
        self.ancestors.pop();
        self.entry.directory = self.stack.top_directory();
        self.entry.path.truncate(level.path_length);
        self.entry.name_start = level.name_start;
        self.entry.depth -= 1;
        self.entry.kind = Kind::Directory;
        self.entry.inode = level.inode;
        self.entry.followed = level.followed;
        self.stack.recycle(level.listing.into_buffer());
        if let Err(error) = outcome {
            if self.options.contents_first {
                self.step = Step::Give;
            }
            let length = self.stack.top().map_or(0, |below| below.path_length);
            return Err(self.error_above(length, "return to", error));
        }
        Ok(self.options.contents_first)
    }

    fn error(&self, action: &'static str, source: io::Error) -> WalkError {
        WalkError {
            path: self.entry.path().to_owned(),
            depth: self.entry.depth,
            action,
            source,
        }
    }

    /// About the directory that has the entry; its path is the first `length` bytes of the entry's.
    fn error_above(&self, length: usize, action: &'static str, source: io::Error) -> WalkError {
        let path = OsStr::from_bytes(&self.entry.path[..length]);
        WalkError {
            path: path.into(),
            depth: self.entry.depth - 1,
            action,
            source,
        }
    }
}

fn is_out_of_descriptors(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw),
        Some(Errno::EMFILE | Errno::ENFILE)
    )
}

/// What the directory said was there is not there any more, or is no directory any more.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.raw_os_error().map(Errno::from_raw),
        Some(Errno::ENOENT | Errno::ENOTDIR)
    )
}
