//! Why files cannot be added or read.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use super::end::End;

/// Why [`append`](super::append) or [`Archive`](super::Archive) failed.
#[derive(Debug, Error)]
pub enum EmbedError {
    /// A file cannot be read or written.
    #[error("cannot use {path:?}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing at the file's end looks like a zip's end.
    #[error("there is no zip at its end")]
    NoZip,
    /// There is one already.
    #[error("{0:?} has a zip at its end already")]
    HasZip(PathBuf),
    /// The record points outside the file.
    #[error("the zip's end at {:#x} says that its directory is at {:#x}, which it is not", .end.at, .end.directory)]
    Directory {
        /// What it says.
        end: End,
    },
    /// The zip is broken, or has no file of that name.
    #[error("{name:?} in the zip")]
    Zip {
        /// The file in the zip that was wanted; empty for the zip itself.
        name: String,
        /// What is wrong.
        source: zip::result::ZipError,
    },
    /// A path without a last part, or one that is not text.
    #[error("{0:?} cannot be a name in a zip")]
    Name(PathBuf),
}
