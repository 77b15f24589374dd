//! What a file says, for people and for programs.
//!
//! The text of [`text`] has the facts, names and flag letters that `readelf -W` has for ELF files, so that
//! one can be compared with the other line by line; Mach-O and PE files show what they have under the
//! same headings. [`json`] is all of it as one object. Both write as they read, and hold no more of a file
//! of a million symbols in memory than one line.

pub mod json;
pub mod text;

use std::io;

use crate::bytes::Malformed;

/// A report that ended early.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The file breaks its format.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The file breaks its format, which was found when a part of the object was written already.
    #[error(transparent)]
    Late(serde_json::Error),
    /// Nobody takes what we write.
    #[error(transparent)]
    Output(#[from] io::Error),
}
