//! Moving, across filesystems too.
//!
//! In one filesystem to move is to rename: one step, whatever the size. Across filesystems `rename(2)`
//! says `EXDEV`, since an inode belongs to its filesystem, and what remains is to copy and to remove.
//! That has many steps, and the order in which they are made decides what a failure costs:
//!
//! 1. copy everything to a temporary name beside the destination, and have the disk confirm each file;
//! 2. rename the copy to its name: nobody ever sees half of it there;
//! 3. have the disk confirm the name;
//! 4. only now remove the source, each file only if it still is what was copied.
//!
//! A failure up to step 2 removes the copy and leaves the source alone. From then on both are
//! there, and [`Error`] says so. A kill leaves a temporary name behind, `.replace-` and sixteen
//! digits, and never takes anything away. Files that appear in the source after it was copied are
//! not removed, nor the directories they are in.
//!
//! Modes and times are kept, owners as far as the kernel allows; extended attributes are not.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::stat::lstat;

use crate::copy::{self, Copier, Record, Stamp, below};
use crate::replace::random_name;
use crate::sync;

/// How something was moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// It got another name, and is the same inode.
    Renamed,
    /// It was copied to another filesystem and removed.
    Copied,
}

/// Something could not be moved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not even renamed; nothing was changed.
    #[error("cannot move {} to {}: {source}", from.display(), to.display())]
    Rename {
        /// What was to be moved.
        from: PathBuf,
        /// Where to.
        to: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Not copied to the other filesystem; the source is as it was.
    #[error("cannot move: {0}; the source is untouched")]
    Copy(#[source] copy::Error),
    /// The copy could not take the name; it is gone, and the source is as it was.
    #[error("cannot move to {}: {source}; the source is untouched", to.display())]
    TakeName {
        /// The name.
        to: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Both are there, since it is not known whether the disk has the new one.
    #[error("cannot sync the directory of {}: {source}; the source is still there", to.display())]
    Sync {
        /// The copy.
        to: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The copy is whole and in its place; some of the source is left.
    #[error("moved to {}, but cannot remove {}: {source}", to.display(), left.display())]
    Remove {
        /// The copy.
        to: PathBuf,
        /// What is still there.
        left: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Moves a file, a link or a tree. What is at `to` is replaced as rename does it: a file by a file, an
/// empty directory by a directory.
///
/// # Errors
///
/// See [`Error`].
pub fn relocate(from: &Path, to: &Path) -> Result<Moved, Error> {
    match std::fs::rename(from, to) {
        Ok(()) => Ok(Moved::Renamed),
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            across(from, to).map(|()| Moved::Copied)
        }
        Err(source) => Err(Error::Rename {
            from: from.to_owned(),
            to: to.to_owned(),
            source,
        }),
    }
}

fn across(from: &Path, to: &Path) -> Result<(), Error> {
    let parent = to
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let copy = Unfinished(Some(parent.join(random_name())));
    let record = copy.fill(from).map_err(Error::Copy)?;
    copy.take_name(to).map_err(|source| Error::TakeName {
        to: to.to_owned(),
        source,
    })?;
    sync::directory(parent).map_err(|source| Error::Sync {
        to: to.to_owned(),
        source,
    })?;
    remove(from, &record).map_err(|(left, source)| Error::Remove {
        to: to.to_owned(),
        left,
        source,
    })
}

/// A copy under a temporary name, removed by drop; `None` when it has taken its own.
struct Unfinished(Option<PathBuf>);

impl Unfinished {
    fn fill(&self, from: &Path) -> Result<Record, copy::Error> {
        let mut copier = Copier::new()
            .keep_owner(true)
            .keep_times(true)
            .sync(true)
            .still_source(true);
        let to = self.0.as_deref().unwrap_or(Path::new(""));
        copier.recorded_tree(from, to).map(|(_, record)| record)
    }

    fn take_name(mut self, to: &Path) -> io::Result<()> {
        if let Some(path) = &self.0 {
            std::fs::rename(path, to)?;
        }
        self.0 = None;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(path) = &self.0 {
            // The failure that led here matters more than one to clean up. Neither follows links.
            let _ = std::fs::remove_file(path);
            let _ = std::fs::remove_dir_all(path);
        }
    }
}

/// What was copied and nothing else. On failure says what is left.
fn remove(from: &Path, record: &Record) -> Result<(), (PathBuf, io::Error)> {
    for entry in record {
        let path = below(from, &entry.path);
        let outcome = if entry.is_directory {
            // Refused when something has come into it.
            std::fs::remove_dir(&path)
        } else {
            remove_unchanged(&path, entry.stamp)
        };
        outcome.map_err(|source| (path, source))?;
    }
    Ok(())
}

fn remove_unchanged(path: &Path, stamp: Stamp) -> io::Result<()> {
    match lstat(path) {
        Err(Errno::ENOENT) => Ok(()),
        Err(error) => Err(error.into()),
        Ok(status) if Stamp::of(&status) == stamp => std::fs::remove_file(path),
        Ok(_) => Err(io::Error::other("it was changed after it was copied")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree and the record of its copy.
    fn copied() -> (tempfile::TempDir, PathBuf, Record) {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("to"));
        std::fs::create_dir_all(from.join("a")).unwrap();
        std::fs::write(from.join("a/file"), "text").unwrap();
        let (_, record) = Copier::new().recorded_tree(&from, &to).unwrap();
        (folder, from, record)
    }

    #[test]
    fn all_that_was_copied_is_removed() {
        let (_folder, from, record) = copied();
        remove(&from, &record).unwrap();
        assert!(!from.exists());
    }

    #[test]
    fn what_came_after_the_copy_stays() {
        let (_folder, from, record) = copied();
        std::fs::write(from.join("a/late"), "not copied").unwrap();
        let (left, error) = remove(&from, &record).unwrap_err();
        assert_eq!(
            (left, error.kind()),
            (from.join("a"), ErrorKind::DirectoryNotEmpty)
        );
        assert_eq!(std::fs::read(from.join("a/late")).unwrap(), b"not copied");
    }

    #[test]
    fn what_was_written_after_the_copy_stays() {
        let (_folder, from, record) = copied();
        std::fs::write(from.join("a/file"), "written again").unwrap();
        let (left, _) = remove(&from, &record).unwrap_err();
        assert_eq!(left, from.join("a/file"));
        assert_eq!(std::fs::read(&left).unwrap(), b"written again");
    }
}
