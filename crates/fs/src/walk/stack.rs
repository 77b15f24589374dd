//! The directories between the root and where the walk is, and how few of them are open.
//!
//! Every directory on the way down is in the middle of being read. A process has 1024 descriptors,
//! often fewer to spare, and a tree may be deeper; so of the directories above, most are *folded*:
//! the rest of their names is read into memory, and the descriptor is closed. On the way back up
//! a folded directory is opened again, as `..` of the one below it.
//!
//! Between the two, somebody may have moved the directory below elsewhere, or it was reached by a
//! symlink; then `..` is another directory. So device and inode are compared, and where they differ,
//! the names are followed down again from the lowest level that is open. Where even that does not
//! lead back, the directory is lost, and reported.
//!
//! Invariants:
//!
//! - level 0 is open, and so is the topmost;
//! - the folded levels are `1..first_open`;
//! - at most `room` are open, once [`push`](Stack::push) is over.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Weak};

use nix::errno::Errno;
use nix::fcntl::{OFlag, openat};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::{FileStat, Mode, fstat};

use super::listing::{BATCH, Listing, Record};
use super::platform;

/// A directory whose entries are being given.
#[derive(Debug)]
pub(super) struct Level {
    /// None while folded.
    pub(super) directory: Option<Arc<OwnedFd>>,
    pub(super) listing: Listing,
    /// Known when the walk must know it, and of folded levels.
    pub(super) identity: Option<Identity>,
    /// The directory's path is the first so many bytes of the entry's.
    pub(super) path_length: usize,
    /// Its name begins there.
    pub(super) name_start: usize,
    /// As in its entry, which is given again when the contents come first.
    pub(super) inode: u64,
    pub(super) followed: bool,
}

/// What makes a directory the same, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Identity {
    device: nix::libc::dev_t,
    inode: nix::libc::ino_t,
}

#[derive(Debug)]
pub(super) struct Stack {
    levels: Vec<Level>,
    first_open: usize,
    room: usize,
    /// Buffers that no listing uses.
    buffers: Vec<Vec<u8>>,
}

/// How many directories each of `walks` walks at the same time may have open: all of them together
/// half of what the process may, since others want some too.
pub(super) fn room(walks: usize) -> usize {
    let (limit, _) = getrlimit(Resource::RLIMIT_NOFILE).unwrap_or((256, 256));
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    (limit / 2 / walks / platform::DESCRIPTORS).clamp(2, 64)
}

/// Opens a directory; `follow` if the name may be a symlink.
pub(super) fn open(
    parent: impl AsFd,
    name: &(impl nix::NixPath + ?Sized),
    follow: bool,
) -> nix::Result<OwnedFd> {
    let mut flags = OFlag::O_RDONLY | OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    if !follow {
        flags |= OFlag::O_NOFOLLOW;
    }
    match openat(parent, name, flags, Mode::empty()) {
        // What macOS says to a symlink; Linux says that it is no directory.
        Err(Errno::ELOOP) if !follow => Err(Errno::ENOTDIR),
        opened => opened,
    }
}

impl Identity {
    pub(super) fn of(status: &FileStat) -> Self {
        Identity {
            device: status.st_dev,
            inode: status.st_ino,
        }
    }

    pub(super) fn of_directory(directory: &OwnedFd) -> nix::Result<Self> {
        Ok(Self::of(&fstat(directory)?))
    }

    pub(super) fn is_on_device_of(self, other: Self) -> bool {
        self.device == other.device
    }
}

impl Stack {
    pub(super) fn new(room: usize) -> Self {
        Stack {
            levels: Vec::new(),
            first_open: 1,
            room,
            buffers: Vec::new(),
        }
    }

    pub(super) fn top(&mut self) -> Option<&mut Level> {
        self.levels.last_mut()
    }

    /// Of the topmost level; dangling when there is none.
    pub(super) fn top_directory(&self) -> Weak<OwnedFd> {
        let top = self.levels.last();
        top.and_then(|level| level.directory.as_ref())
            .map_or_else(Weak::new, Arc::downgrade)
    }

    /// For a listing; may be empty.
    pub(super) fn buffer(&mut self) -> Vec<u8> {
        self.buffers.pop().unwrap_or_default()
    }

    /// Keeps a buffer for the next listing, unless it was cut to the size of what was in it.
    pub(super) fn recycle(&mut self, buffer: Vec<u8>) {
        if buffer.len() == BATCH {
            self.buffers.push(buffer);
        }
    }

    pub(super) fn push(&mut self, level: Level) {
        self.levels.push(level);
        self.fold_down_to(self.room);
    }

    /// Folds all that can be folded.
    pub(super) fn make_room(&mut self) {
        self.fold_down_to(2);
    }

    /// Takes the topmost level away and opens the one below it again if it is folded. `path` begins
    /// with that of the topmost.
    ///
    /// # Errors
    ///
    /// When the level below cannot be found again; it has no more entries then.
    pub(super) fn pop(&mut self, path: &[u8]) -> Option<(Level, io::Result<()>)> {
        let above = self.levels.pop()?;
        let outcome = match self.levels.len() {
            remaining if remaining <= self.first_open && self.first_open > 1 => {
                self.first_open = remaining.max(2) - 1;
                self.unfold(self.first_open, above.directory.as_deref(), path)
            }
            _ => Ok(()),
        };
        Some((above, outcome))
    }

    fn fold_down_to(&mut self, room: usize) {
        while self.first_open + 1 < self.levels.len()
            && self.levels.len() - self.first_open + 1 > room
        {
            let level = &mut self.levels[self.first_open];
            if let Some(buffer) = level.fold() {
                self.buffers.push(buffer);
            }
            self.first_open += 1;
        }
    }

    fn unfold(&mut self, index: usize, above: Option<&OwnedFd>, path: &[u8]) -> io::Result<()> {
        let found = above
            .and_then(|above| open(above, "..", false).ok())
            .filter(|directory| self.levels[index].is(directory));
        let directory = match found {
            Some(directory) => Ok(directory),
            None => self.find_again(index, path),
        };
        let level = &mut self.levels[index];
        match directory {
            Ok(directory) => {
                level.directory = Some(Arc::new(directory));
                Ok(())
            }
            Err(error) => {
                level.listing.clear();
                Err(error.into())
            }
        }
    }

    /// Down from level 0, name by name.
    fn find_again(&self, index: usize, path: &[u8]) -> nix::Result<OwnedFd> {
        let mut found: Option<OwnedFd> = None;
        for level in &self.levels[1..=index] {
            let name = &path[level.name_start..level.path_length];
            found = Some(match &found {
                Some(directory) => open(directory, name, level.followed)?,
                None => open(self.base()?, name, level.followed)?,
            });
        }
        let directory = found.ok_or(Errno::ENOENT)?;
        if self.levels[index].is(&directory) {
            Ok(directory)
        } else {
            Err(Errno::ESTALE)
        }
    }

    fn base(&self) -> nix::Result<&OwnedFd> {
        self.levels[0].directory.as_deref().ok_or(Errno::EBADF)
    }
}

impl Level {
    /// The next name; none too when the directory was lost.
    pub(super) fn next(&mut self) -> io::Result<Option<Record<'_>>> {
        match &self.directory {
            Some(directory) => self.listing.next(directory),
            None => Ok(None),
        }
    }

    /// Whether this is the same directory. Never when one of the two cannot be told.
    fn is(&self, directory: &OwnedFd) -> bool {
        self.identity
            .is_some_and(|identity| Identity::of_directory(directory) == Ok(identity))
    }

    /// Hands back the buffer of the listing.
    fn fold(&mut self) -> Option<Vec<u8>> {
        let directory = self.directory.take()?;
        if self.identity.is_none() {
            self.identity = Identity::of_directory(&directory).ok();
        }
        Some(self.listing.read_rest(&directory))
    }
}
