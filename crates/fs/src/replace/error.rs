//! What went wrong, where, and what the name leads to now.

use std::io;
use std::path::PathBuf;

/// A file could not be replaced.
#[derive(Debug, thiserror::Error)]
#[error("cannot replace {}: {step}: {source}; {}", path.display(), step.state())]
pub struct Error {
    /// The file, as it was asked for.
    pub path: PathBuf,
    /// Where it stopped.
    pub step: Step,
    /// What the system said.
    pub source: io::Error,
}

/// The steps of a replacement, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Following symbolic links to the file.
    Resolve,
    /// Opening its directory.
    OpenDirectory,
    /// Looking whether it is a file, or there is none.
    Inspect,
    /// Making the temporary file.
    CreateTemporary,
    /// Giving that the old file's owner.
    KeepOwner,
    /// Giving that the old file's mode.
    KeepMode,
    /// Writing it. The caller's own.
    Write,
    /// Waiting until the disk has it.
    SyncFile,
    /// Giving it the name.
    Rename,
    /// Waiting until the disk has the name.
    SyncDirectory,
}

/// What a name leads to after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To what it did before, as if nothing had been tried.
    Old,
    /// To the new contents; but after a power cut perhaps to the old.
    New,
}

impl Error {
    /// What the name leads to now.
    #[must_use]
    pub const fn state(&self) -> State {
        self.step.state()
    }
}

impl Step {
    const fn state(self) -> State {
        match self {
            Self::SyncDirectory => State::New,
            _ => State::Old,
        }
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Resolve => "following the link",
            Self::OpenDirectory => "opening its directory",
            Self::Inspect => "looking at it",
            Self::CreateTemporary => "making a temporary file",
            Self::KeepOwner => "keeping the owner",
            Self::KeepMode => "keeping the mode",
            Self::Write => "writing the new contents",
            Self::SyncFile => "syncing the new contents",
            Self::Rename => "renaming",
            Self::SyncDirectory => "syncing its directory",
        })
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Old => "nothing was changed",
            Self::New => "the new contents are in place, but a power cut may undo that",
        })
    }
}
