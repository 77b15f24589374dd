//! A whole tree, directory by directory, each reached from the descriptor of the one above it.
//!
//! # Names and descriptors
//!
//! A walk that opens `a/b/c/d` by its path asks the kernel to look up four names, and then five for
//! the directory below; the path may be longer than the kernel accepts (`PATH_MAX`), and between two
//! opens somebody may have put a symlink where `b` was, so that the walk ends up elsewhere. A walk
//! by descriptor, `openat(descriptor of c, "d", O_DIRECTORY | O_NOFOLLOW)`, looks up one name, has no
//! limit, and cannot be led astray: a descriptor stands for the directory itself, whatever becomes
//! of its names. The path is still put together, since the reader of a walk wants to know it, but
//! the kernel never sees it.
//!
//! # What is in a directory
//!
//! `getdents64(2)` gives names in batches, each with an inode number and, on nearly all filesystems,
//! with the [`Kind`] of file. So a walk needs no `stat(2)`: three calls or four per directory, none
//! per file. Only where the filesystem does not say the kind, and for symlinks that are to be
//! followed, the name is looked up.
//!
//! # What a walk promises while the tree changes
//!
//! An entry that is there from the beginning of the walk to its end, and whose directories stay where
//! they are, is given exactly once. Others may be given or not. A directory that vanished before it
//! could be opened, or that is something else by now, counts as empty: that is no error. A directory
//! that was replaced by a symlink is not followed.
//!
//! # Two ways to walk
//!
//! [`Walker::iter`] is an iterator that gives entries depth-first. [`Walker::run`] calls a visitor on
//! each of several threads. Underneath is one machine, in `descent`, which keeps a stack of open
//! directories; the iterator turns its crank, and so does each thread of `run`, which gives
//! directories away to threads that have nothing to do (see `parallel`).
//!
//! # Memory
//!
//! Directories are read as far as one batch and no further, unless they are to be sorted; the stack
//! is as long as the tree is deep. So memory depends neither on how many entries a directory has nor
//! on how many directories there are.

mod entry;
mod metadata;

mod descent;
mod listing;
mod stack;

mod parallel;

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod platform;
#[cfg(target_os = "macos")]
#[path = "macos.rs"]
mod platform;

use std::io;
use std::path::PathBuf;
use std::thread;

pub use entry::{Entry, Kind};
pub use metadata::Metadata;

use descent::Descent;

/// How to walk.
///
/// ```
/// use fs::walk::{Kind, Walker};
///
/// let mut files = 0;
/// for entry in Walker::new("src").sorted(true).iter() {
///     if entry?.kind() == Kind::File {
///         files += 1;
///     }
/// }
/// assert!(files > 0);
/// # Ok::<(), fs::walk::WalkError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Walker {
    root: PathBuf,
    threads: Option<usize>,
    options: Options,
}

#[derive(Debug, Clone, Copy)]
struct Options {
    sorted: bool,
    follow_links: bool,
    one_filesystem: bool,
    contents_first: bool,
    max_depth: usize,
}

/// What a visitor of [`Walker::run`] wants next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Whatever comes.
    Continue,
    /// Not what the directory that this entry is holds.
    SkipDirectory,
    /// The end of the walk, on all threads. Other threads may still see an entry each.
    Stop,
}

/// What could not be read. The walk goes on with the rest.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {}: {source}", path.display())]
pub struct WalkError {
    /// The root as it was given, and the names below it.
    pub path: PathBuf,
    /// 0 for the root.
    pub depth: usize,
    /// What was tried: `look up`, `open`, `read`, `follow` or `return to`.
    pub action: &'static str,
    /// What the system said.
    pub source: io::Error,
}

impl Walker {
    /// A walk of `root` and all below it; a root that is no directory is the only entry.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Walker {
            root: root.into(),
            threads: None,
            options: Options {
                sorted: false,
                follow_links: false,
                one_filesystem: false,
                contents_first: false,
                max_depth: usize::MAX,
            },
        }
    }

    /// Entries of a directory in order of their bytes, instead of the directory's own. Takes memory
    /// for the largest directory.
    pub fn sorted(mut self, yes: bool) -> Self {
        self.options.sorted = yes;
        self
    }

    /// Symlinks count as what they lead to, the root too. One that leads nowhere counts as a symlink;
    /// one that leads to a directory above itself is reported as an error.
    pub fn follow_links(mut self, yes: bool) -> Self {
        self.options.follow_links = yes;
        self
    }

    /// Directories on other filesystems than the root's are given and not entered.
    pub fn one_filesystem(mut self, yes: bool) -> Self {
        self.options.one_filesystem = yes;
        self
    }

    /// Directories at this depth are given and not entered; 0 gives the root alone.
    pub fn max_depth(mut self, depth: usize) -> Self {
        self.options.max_depth = depth;
        self
    }

    /// A directory after all that it holds (as `find -depth`), instead of before.
    pub fn contents_first(mut self, yes: bool) -> Self {
        self.options.contents_first = yes;
        self
    }

    /// How many threads [`run`](Self::run) uses; as many as there are cores unless said.
    pub fn threads(mut self, count: usize) -> Self {
        self.threads = Some(count.max(1));
        self
    }

    /// Walks on one thread, in depth-first order.
    pub fn iter(&self) -> Walk {
        Walk(Descent::new(&self.root, self.options, stack::room(1)))
    }

    /// Walks on several threads. Each has a visitor of its own, made on it by `visitor`, which sees
    /// entries in no particular order, but a directory before all that it holds.
    ///
    /// An order is kept by one thread: a walk that is sorted or contents first uses no more.
    ///
    /// # Panics
    ///
    /// When a visitor does: the other threads stop, and the panic goes on here.
    pub fn run<V>(&self, visitor: impl Fn() -> V + Sync)
    where
        V: FnMut(Result<&Entry, WalkError>) -> Next,
    {
        let ordered = self.options.sorted || self.options.contents_first;
        let threads = match self.threads {
            _ if ordered => 1,
            Some(threads) => threads,
            None => thread::available_parallelism().map_or(1, usize::from),
        };
        parallel::run(&self.root, self.options, threads, &visitor);
    }
}

/// The entries of [`Walker::iter`].
#[derive(Debug)]
pub struct Walk(Descent);

impl Walk {
    /// Leaves out what the directory that was given last holds. Nothing, when the contents came
    /// first.
    pub fn skip_directory(&mut self) {
        self.0.skip_directory();
    }
}

impl Iterator for Walk {
    type Item = Result<Entry, WalkError>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.advance()?.cloned())
    }
}
