//! How much room a tree takes: `du`.
//!
//! A file has two sizes. The *apparent* one is how far one can read; the *allocated* one is how many
//! blocks it has on the disk, which is more where the last block is not full and less where the file
//! has holes or is compressed. Both are the inode's, not the name's, so a file with several names
//! takes its room once: a [`Meter`] remembers each inode that has more than one name, over all the
//! trees that it measures. A directory's names take room too, in blocks of its own.
//!
//! A [`total`](Meter::total) does not depend on the order, and is counted on all cores. With a line
//! for each directory ([`each`](Meter::each)) order has a meaning: it decides to which directory
//! a file with names in two of them is charged, namely the one that comes first. So that one is walked
//! on one thread, in the directories' own order, as everybody's `du` does.

mod units;

use std::collections::HashSet;
use std::io;
use std::ops::AddAssign;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::walk::{Entry, Kind, Metadata, Next, WalkError, Walker};

pub use units::{Unit, UnitError};

/// Room in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// In blocks on the disk.
    pub allocated: u64,
    /// As long as the files say they are.
    pub apparent: u64,
}

/// What counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Options {
    /// Nothing on other filesystems than the root's.
    pub one_filesystem: bool,
    /// A file once for each of its names.
    pub count_links: bool,
    /// Directories and files with one name are remembered too: needed when trees that are measured
    /// one after another can lie in each other.
    pub remember_all: bool,
}

/// Measures trees, and counts no file twice.
#[derive(Debug, Default)]
pub struct Meter {
    options: Options,
    /// Device and inode.
    seen: Mutex<HashSet<(u64, u64)>>,
}

/// One line of [`Meter::each`].
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The root as it was given, and the names below it.
    pub path: &'a Path,
    /// 0 for the root.
    pub depth: usize,
    /// What it is.
    pub kind: Kind,
    /// With all that is below it.
    pub usage: Usage,
}

impl AddAssign for Usage {
    fn add_assign(&mut self, more: Usage) {
        self.allocated += more.allocated;
        self.apparent += more.apparent;
    }
}

impl Usage {
    fn of(metadata: &Metadata) -> Usage {
        Usage {
            allocated: metadata.blocks() * 512,
            apparent: metadata.len(),
        }
    }
}

impl Meter {
    /// A meter that has seen nothing yet.
    pub fn new(options: Options) -> Meter {
        Meter {
            options,
            seen: Mutex::default(),
        }
    }

    /// What `root` and all below it take. `None` when there is no such file, or when it has been
    /// measured before.
    pub fn total(&self, root: &Path, complain: impl Fn(WalkError) + Sync) -> Option<Usage> {
        let total = Mutex::new(None);
        let device = self.device(root);
        self.walker(root).run(|| {
            let mut share = Share {
                usage: None,
                total: &total,
            };
            let complain = &complain;
            move |entry| match entry.and_then(|entry| self.weigh(entry, device)) {
                Ok(Some(usage)) => {
                    share.add(usage);
                    Next::Continue
                }
                Ok(None) => Next::SkipDirectory,
                Err(error) => {
                    complain(error);
                    Next::Continue
                }
            }
        });
        total.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Calls `report` for each file and, after all that it holds, each directory: the root comes last.
    ///
    /// # Errors
    ///
    /// Those of `report`, which end the walk.
    pub fn each(
        &self,
        root: &Path,
        mut report: impl FnMut(&Line<'_>) -> io::Result<()>,
        mut complain: impl FnMut(WalkError),
    ) -> io::Result<()> {
        let device = self.device(root);
        let mut walk = self.walker(root).iter();
        let mut open = Open(Vec::new());
        while let Some(entry) = walk.next() {
            match entry.and_then(|entry| Ok((self.weigh(&entry, device)?, entry))) {
                Ok((Some(usage), entry)) => {
                    open.close_to(entry.depth(), &mut report)?;
                    open.0.push((entry, usage));
                }
                Ok((None, _)) => walk.skip_directory(),
                Err(error) => complain(error),
            }
        }
        open.close_to(0, &mut report)
    }

    fn walker(&self, root: &Path) -> Walker {
        Walker::new(root).one_filesystem(self.options.one_filesystem)
    }

    /// The only device that counts, if there is one.
    fn device(&self, root: &Path) -> Option<u64> {
        use std::os::unix::fs::MetadataExt;
        let found = root
            .symlink_metadata()
            .ok()
            .filter(|_| self.options.one_filesystem)?;
        Some(found.dev())
    }

    /// What the entry itself takes; `None` when it does not count.
    fn weigh(&self, entry: &Entry, device: Option<u64>) -> Result<Option<Usage>, WalkError> {
        let metadata = entry.metadata().map_err(|source| WalkError {
            path: entry.path().to_owned(),
            depth: entry.depth(),
            action: "look up",
            source,
        })?;
        let is_here = device.is_none_or(|device| device == metadata.dev());
        Ok((is_here && self.is_new(&metadata)).then(|| Usage::of(&metadata)))
    }

    /// Whether the file has not been counted. A directory has one name, whatever its count of links
    /// says: that counts the `..` in the directories below.
    fn is_new(&self, metadata: &Metadata) -> bool {
        let has_names = metadata.kind() != Kind::Directory && metadata.nlink() > 1;
        if self.options.count_links || !(has_names || self.options.remember_all) {
            return true;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((metadata.dev(), metadata.ino()))
    }
}

/// One thread's part of a total; handed in when the thread's visitor goes.
struct Share<'t> {
    usage: Option<Usage>,
    total: &'t Mutex<Option<Usage>>,
}

impl Share<'_> {
    fn add(&mut self, usage: Usage) {
        *self.usage.get_or_insert_default() += usage;
    }
}

impl Drop for Share<'_> {
    fn drop(&mut self) {
        if let Some(usage) = self.usage {
            let mut total = self.total.lock().unwrap_or_else(PoisonError::into_inner);
            *total.get_or_insert_default() += usage;
        }
    }
}

/// The entry that was met last, below all the directories that it is in: one for each depth, with
/// what has been counted in it so far.
struct Open(Vec<(Entry, Usage)>);

impl Open {
    /// Reports all that is complete once an entry at `depth` comes, and adds it to what it is in.
    fn close_to(
        &mut self,
        depth: usize,
        report: &mut impl FnMut(&Line<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        while self.0.len() > depth
            && let Some((entry, usage)) = self.0.pop()
        {
            report(&Line {
                path: entry.path(),
                depth: entry.depth(),
                kind: entry.kind(),
                usage,
            })?;
            if let Some((_, above)) = self.0.last_mut() {
                *above += usage;
            }
        }
        Ok(())
    }
}
