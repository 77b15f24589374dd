//! What could not be copied, and where it stopped.

use std::io;
use std::path::{Path, PathBuf};

/// A file could not be copied.
#[derive(Debug, thiserror::Error)]
#[error("cannot copy {} to {}: {step}: {source}", from.display(), to.display())]
pub struct Error {
    /// What was to be copied.
    pub from: PathBuf,
    /// Where to.
    pub to: PathBuf,
    /// Where it stopped.
    pub step: Step,
    /// What the system said.
    pub source: io::Error,
}

/// The steps of a copy, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Step {
    /// Opening the source.
    #[error("opening the source")]
    OpenSource,
    /// Looking whether this can be copied there.
    #[error("comparing the two")]
    Compare,
    /// Opening or making the copy.
    #[error("opening the copy")]
    OpenCopy,
    /// Copying the contents.
    #[error("copying the contents")]
    Contents,
    /// Reading a directory.
    #[error("reading the directory")]
    ReadDirectory,
    /// Giving the copy its owner, mode or times.
    #[error("keeping the attributes")]
    Attributes,
    /// Waiting until the disk has it.
    #[error("syncing")]
    Sync,
    /// The source was written to while it was copied.
    #[error("comparing the source with what it was")]
    SourceChanged,
}

/// Before the paths are known.
pub(super) type Stopped = (Step, io::Error);

impl Error {
    pub(super) fn new(from: &Path, to: &Path, step: Step, source: io::Error) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        Self {
            from,
            to,
            step,
            source,
        }
    }
}

/// Says at which step something failed.
pub(super) trait AtStep<T> {
    fn at(self, step: Step) -> Result<T, Stopped>;
}

impl<T, E: Into<io::Error>> AtStep<T> for Result<T, E> {
    fn at(self, step: Step) -> Result<T, Stopped> {
        self.map_err(|error| (step, error.into()))
    }
}
