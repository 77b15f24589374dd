//! Old or new, never mixed: replacing a file's contents so that a crash cannot spoil them.
//!
//! # Concepts
//!
//! Writing into a file in place has a moment in which it is neither the old nor the new: truncated,
//! half written, or whole in the page cache and torn on the disk. A program that is killed in that
//! moment, or a machine that loses its power, leaves it so.
//!
//! `rename(2)` has no such moment: a name leads to one inode and then to another. So the new contents
//! are written into a temporary file, and that takes over the name:
//!
//! 1. make the temporary file *in the same directory*: rename does not cross filesystems;
//! 2. write it;
//! 3. `fsync` it. Rename changes a directory and says nothing of the file's bytes; without this step
//!    the disk may learn of the new name first, and after a power cut the file is empty;
//! 4. rename it to the name;
//! 5. `fsync` the directory. Without this step all is well, but the old file may be back after a
//!    power cut.
//!
//! A *killed process* is harmless from step 4 on, since the kernel keeps what it was told; steps 3
//! and 5 are for a *power cut*. `tests/crash.rs` kills at every system call, and sees in the trace that
//! fsync comes before rename; that a drive keeps what it has confirmed, no test can show.
//!
//! # Ways not taken
//!
//! - A nameless temporary file (`O_TMPFILE`), of which a crash leaves nothing: `linkat(2)` can give
//!   it a name, but only one that is not taken, and there is no flag that makes it replace.
//! - A rename without step 3, relying on ext4 (`auto_da_alloc`) to notice the pattern and write the
//!   bytes first: other filesystems do not, and ext4 does not report an error.
//! - A fixed name for the temporary file, as `file.tmp`: two writers would write into one.
//! - Removing the old file first, as where rename does not replace: between the two calls there is
//!   none.
//!
//! # What is kept
//!
//! The name is what stays; the file behind it is another inode. It is given the old file's mode,
//! and its owner and group if the kernel allows. If it does not, the file is the caller's, and has
//! no set-user-ID and set-group-ID bit, as those would now stand for somebody else. *Not* kept:
//! extended attributes and access control lists, the times, and other hard links, which go on
//! leading to the old file.
//!
//! A symbolic link stays too: what is replaced is the file that it leads to, in that file's
//! directory. [`Options::follow_links`] has it otherwise.
//!
//! # Delicate moments
//!
//! - *Failure.* The temporary file is removed on every way out, also by drop. Only a kill between steps
//!   1 and 4 leaves it behind, as a file named `.replace-` and sixteen digits.
//! - *Failure of step 5.* The rename is done and cannot be taken back; [`Error::state`] says so.
//! - *Two writers.* Each has a file of its own; whoever renames last wins, and nothing is mixed.
//! - *Renamed directories.* The directory is opened once, and all names are looked up in it: should it
//!   be moved meanwhile, the file is replaced where it now is.

mod error;
mod names;
mod target;
mod temporary;

use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use nix::errno::Errno;
use nix::libc::mode_t;
use nix::sys::stat::{Mode, fchmod};
use nix::unistd::fchown;

pub use error::{Error, State, Step};
pub use names::{exchange, rename_new};

use crate::sync;
use target::{Old, Target};
use temporary::Temporary;
pub(crate) use temporary::random_name;

/// Contents that are going to replace a file's.
///
/// ```
/// use std::io::Write;
/// use fs::replace::Replacement;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("settings");
/// let mut new = Replacement::new(&path)?;
/// writeln!(new, "colour = green")?;
/// assert!(!path.exists(), "nobody sees it yet");
/// new.commit()?;
/// assert_eq!(std::fs::read_to_string(&path)?, "colour = green\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Dropped without [`commit`](Self::commit), it leaves everything as it was.
#[derive(Debug)]
pub struct Replacement {
    target: Target,
    temporary: Temporary,
    /// The name must not be taken when the new file gets it.
    only_new: bool,
    /// The first write that failed. What came after it is not what the caller meant to write.
    failed: Option<io::Error>,
}

/// How to replace.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    follow_links: bool,
    only_new: bool,
    mode: Option<Mode>,
}

/// Replaces the contents of `path` by `bytes`, or makes the file, and waits until the disk has it.
///
/// # Errors
///
/// See [`Error`].
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut replacement = Replacement::new(path)?;
    // The error is kept, and told by commit.
    let _ = replacement.write_all(bytes);
    replacement.commit()
}

/// Makes a file with these contents, whole from the moment on that it has its name, and waits until
/// the disk has it.
///
/// # Errors
///
/// `EEXIST` at [`Step::Inspect`] or [`Step::Rename`] when the name is taken. See [`Error`].
pub fn create_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut replacement = Options::new().only_new(true).open(path)?;
    let _ = replacement.write_all(bytes);
    replacement.commit()
}

impl Options {
    /// Follow symbolic links; replace, or make if there is none; keep the old file's mode.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            follow_links: true,
            only_new: false,
            mode: None,
        }
    }

    /// Whether a symbolic link is kept and the file that it leads to replaced (which need not be there
    /// yet), or the link itself replaced by a file.
    #[must_use]
    pub const fn follow_links(mut self, follow: bool) -> Self {
        self.follow_links = follow;
        self
    }

    /// Whether the name has to be free, now and when the new file takes it.
    #[must_use]
    pub const fn only_new(mut self, only: bool) -> Self {
        self.only_new = only;
        self
    }

    /// The new file's mode, whatever the old one's and the umask are. Otherwise it is the old
    /// one's, and `0o666` less the umask where there is none.
    #[must_use]
    pub const fn mode(mut self, mode: u32) -> Self {
        self.mode = Some(Mode::from_bits_truncate(mode as mode_t));
        self
    }

    /// Makes the temporary file.
    ///
    /// # Errors
    ///
    /// See [`Error`].
    pub fn open(self, path: &Path) -> Result<Replacement, Error> {
        let target = Target::find(path, self.follow_links)?;
        let old = target.inspect(self.only_new)?;
        let mode = if old.is_some() || self.mode.is_some() {
            0o600
        } else {
            0o666
        };
        let temporary = Temporary::create(Arc::clone(&target.directory), mode)
            .map_err(|source| target.error(Step::CreateTemporary, source))?;
        let replacement = Replacement {
            target,
            temporary,
            only_new: self.only_new,
            failed: None,
        };
        replacement.take_attributes(old, self.mode)?;
        Ok(replacement)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Replacement {
    /// Prepares to replace `path`, or to make it if there is no such file.
    ///
    /// # Errors
    ///
    /// When the directory cannot be read or written, or `path` is something that is not replaced: a
    /// directory, a device, a pipe.
    pub fn new(path: &Path) -> Result<Self, Error> {
        Options::new().open(path)
    }

    /// Gives the name to the new contents, and waits until the disk has both.
    ///
    /// # Errors
    ///
    /// [`Error::state`] says what the name leads to now. A write that failed fails the commit too.
    pub fn commit(mut self) -> Result<(), Error> {
        if let Some(source) = self.failed.take() {
            return Err(self.target.error(Step::Write, source));
        }
        let Self {
            target,
            temporary,
            only_new,
            ..
        } = self;
        sync::full(temporary.file()).map_err(|source| target.error(Step::SyncFile, source))?;
        temporary
            .take_name(&target.name, only_new)
            .map_err(|source| target.error(Step::Rename, source))?;
        sync::full(&target.directory).map_err(|source| target.error(Step::SyncDirectory, source))
    }

    /// The owner before the mode: the kernel takes set-user-ID from a file that changes hands.
    fn take_attributes(&self, old: Option<Old>, mode: Option<Mode>) -> Result<(), Error> {
        let mut mode = mode.or(old.map(|old| old.mode));
        if let Some(old) = old {
            let kept = self.take_owner(old);
            if !kept.map_err(|source| self.target.error(Step::KeepOwner, source))? {
                mode = mode.map(|mode| mode - (Mode::S_ISUID | Mode::S_ISGID));
            }
        }
        mode.map_or(Ok(()), |mode| fchmod(self.temporary.file(), mode))
            .map_err(|error| self.target.error(Step::KeepMode, error.into()))
    }

    /// Whether the new file now belongs to whom the old one does.
    fn take_owner(&self, old: Old) -> io::Result<bool> {
        let new = self.temporary.file().metadata()?;
        if (new.uid(), new.gid()) == (old.user.as_raw(), old.group.as_raw()) {
            return Ok(true);
        }
        match fchown(self.temporary.file(), Some(old.user), Some(old.group)) {
            Err(Errno::EPERM) => Ok(false),
            outcome => Ok(outcome.map(|()| true)?),
        }
    }

    /// Remembers a failure; `EINTR` is none, the caller calls again.
    fn checked<T>(&mut self, outcome: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &outcome
            && error.kind() != ErrorKind::Interrupted
        {
            self.failed.get_or_insert_with(|| again(error));
        }
        outcome
    }
}

/// Each write is a `write(2)`; wrap it in a `BufWriter` where they are small.
impl Write for Replacement {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let outcome = self.temporary.file().write(bytes);
        self.checked(outcome)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Replacement {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.temporary.file().seek(to)
    }
}

/// The same error once more; they cannot be cloned.
fn again(error: &io::Error) -> io::Error {
    error
        .raw_os_error()
        .map_or_else(|| error.kind().into(), io::Error::from_raw_os_error)
}
