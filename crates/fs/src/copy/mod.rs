//! Copies that the kernel makes, holes and all.
//!
//! # Concepts
//!
//! The oldest way to copy is to read into a buffer and write it out: every byte goes from the page
//! cache into the program and back. There are two better ones, and a program asks for them in this
//! order:
//!
//! 1. *Clone* ([`FICLONE`](https://man7.org/linux/man-pages/man2/ioctl_ficlone.2.html) on Linux's
//!    btrfs, xfs and others, `fclonefileat` on APFS): the new file gets the old one's blocks, which
//!    are copied only when one of them is written to. The length of the file does not matter.
//! 2. *Copy in the kernel*
//!    ([`copy_file_range(2)`](https://man7.org/linux/man-pages/man2/copy_file_range.2.html),
//!    Linux): no byte comes into the program, and a network filesystem can have its server do it.
//! 3. Read and write, where those are refused: across filesystems, out of `/proc`.
//!
//! A file may have *holes*: ranges that were never written, take no blocks and read as zeros.
//! [`extents::Extents`] asks where they are not, and only that is copied; a file of ten gibibytes
//! with one block of data is copied in no time and stays as small as it is.
//!
//! # Ways not taken
//!
//! - To look for zeros in the data and make holes of them (`cp --sparse=always`): the copy would
//!   take less room than the original, which may have been allocated on purpose.
//! - `sendfile(2)`: between files it does what `copy_file_range` falls back to by itself.
//! - `st_size` as what there is to copy: it is 0 in `/proc`, where a file is made while it is read,
//!   and may be out of date anywhere. It says where holes may be; the end is where reading ends.
//!
//! # Delicate moments
//!
//! - *A file onto itself*, by another name or a link: opening it to truncate would be its end. So it is
//!   opened first, compared by inode, and truncated then.
//! - *Set-user-ID.* Nobody but the owner may open the copy before it has its final owner and mode,
//!   when these are to be kept; the owner is set before the mode, since the kernel then takes those
//!   bits away.
//! - *Failure.* A copy that was made new is removed; one that replaced an older file's contents has
//!   lost them already. Who wants old or new has [`replace`](crate::replace).

mod at;
mod contents;
mod error;
pub mod extents;
mod file;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod meta;
mod tree;
#[cfg(target_os = "linux")]
use linux as platform;
#[cfg(target_os = "macos")]
use macos as platform;

use std::fmt;
use std::path::Path;

use nix::fcntl::OFlag;

use at::At;
pub use error::{Error, Step};
pub(crate) use tree::{Record, Stamp, below};

/// How to copy, and the copying itself.
///
/// ```
/// use fs::copy::{Copier, Way};
///
/// # let folder = tempfile::tempdir()?;
/// # let (from, to) = (folder.path().join("from"), folder.path().join("to"));
/// std::fs::write(&from, "contents")?;
/// let copied = Copier::new().keep_times(true).file(&from, &to)?;
/// assert_eq!((copied.length, std::fs::read(&to)?), (8, b"contents".to_vec()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Copier<'a> {
    keep_mode: bool,
    keep_times: bool,
    keep_owner: bool,
    only_new: bool,
    sync: bool,
    still_source: bool,
    progress: Box<dyn FnMut(u64) + 'a>,
    /// Bytes, over all files of a tree.
    done: u64,
}

/// What became of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The new file's length.
    pub length: u64,
    /// How many of its bytes are not in holes. A clone does not count them: all.
    pub data: u64,
    /// How they were copied.
    pub way: Way,
}

/// The ways to copy bytes, from the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Both files share their blocks.
    Clone,
    /// By the kernel.
    Kernel,
    /// Through a buffer of ours, or some of it.
    Buffer,
}

/// What a tree was made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Files whose contents were copied.
    pub files: u64,
    /// Directories, the first one included.
    pub directories: u64,
    /// Symbolic links.
    pub links: u64,
    /// Further names of files that were copied before.
    pub hard_links: u64,
    /// Named pipes.
    pub fifos: u64,
    /// Bytes that are not in holes.
    pub data: u64,
}

/// Copies the contents of a file, as `cp` does: an existing file's are replaced, a new one gets the
/// mode less the umask.
///
/// # Errors
///
/// See [`Error`].
pub fn copy(from: &Path, to: &Path) -> Result<Copied, Error> {
    Copier::new().file(from, to)
}

impl<'a> Copier<'a> {
    /// Contents, and the mode less the umask; nothing else is kept.
    #[must_use]
    pub fn new() -> Self {
        Self {
            keep_mode: false,
            keep_times: false,
            keep_owner: false,
            only_new: false,
            sync: false,
            still_source: false,
            progress: Box::new(|_| {}),
            done: 0,
        }
    }

    /// Keeps modes whole, whatever the umask is.
    #[must_use]
    pub fn keep_mode(mut self, keep: bool) -> Self {
        self.keep_mode = keep;
        self
    }

    /// Keeps the times of the last access and the last change of the contents.
    #[must_use]
    pub fn keep_times(mut self, keep: bool) -> Self {
        self.keep_times = keep;
        self
    }

    /// Keeps owner and group as far as the kernel allows, and modes. Where it does not, the copy is
    /// the caller's, and has no set-user-ID and set-group-ID bit.
    #[must_use]
    pub fn keep_owner(mut self, keep: bool) -> Self {
        self.keep_owner = keep;
        self.keep_mode |= keep;
        self
    }

    /// Refuses to write into a file that is there already.
    #[must_use]
    pub fn only_new(mut self, only: bool) -> Self {
        self.only_new = only;
        self
    }

    /// Waits until the disk has each file, and the directories that are made. The directory of the
    /// copy itself is the caller's to sync.
    #[must_use]
    pub fn sync(mut self, sync: bool) -> Self {
        self.sync = sync;
        self
    }

    /// Fails when a file is written to while it is copied: part of the copy would be older than the
    /// rest.
    #[must_use]
    pub fn still_source(mut self, still: bool) -> Self {
        self.still_source = still;
        self
    }

    /// Is called after each piece with the number of bytes so far, of all files that this copier
    /// copies.
    #[must_use]
    pub fn on_progress(mut self, progress: impl FnMut(u64) + 'a) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// Copies one file. Links are followed on both sides.
    ///
    /// # Errors
    ///
    /// See [`Error`]; [`Step::Compare`] when both are the same file, and when `from` is a directory.
    pub fn file(&mut self, from: &Path, to: &Path) -> Result<Copied, Error> {
        file::copy(self, At::path(from), At::path(to), OFlag::empty())
            .map_err(|(step, source)| Error::new(from, to, step, source))
    }

    /// Copies whatever is there: a directory with all that is in it, a file, a symbolic link as a
    /// link, a named pipe. Nothing may be at `to` yet.
    ///
    /// Names of one file in the tree are names of one file in the copy. Sockets and devices are
    /// refused. Everything is looked up in opened directories, two descriptors a level; so a
    /// directory that somebody exchanges for a link meanwhile leads nowhere else.
    ///
    /// # Errors
    ///
    /// The first failure ends it, and leaves what was copied so far. See [`Error`].
    pub fn tree(&mut self, from: &Path, to: &Path) -> Result<Tally, Error> {
        self.recorded_tree(from, to).map(|(tally, _)| tally)
    }

    /// [`tree`](Self::tree), with a list of what was copied.
    pub(crate) fn recorded_tree(
        &mut self,
        from: &Path,
        to: &Path,
    ) -> Result<(Tally, tree::Record), Error> {
        let only_new = std::mem::replace(&mut self.only_new, true);
        let outcome = tree::copy(self, from, to);
        self.only_new = only_new;
        outcome
    }

    fn advance(&mut self, bytes: u64) {
        self.done += bytes;
        (self.progress)(self.done);
    }
}

impl Default for Copier<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Copier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Copier")
            .field("keep_mode", &self.keep_mode)
            .field("keep_times", &self.keep_times)
            .field("keep_owner", &self.keep_owner)
            .field("only_new", &self.only_new)
            .field("sync", &self.sync)
            .finish_non_exhaustive()
    }
}
