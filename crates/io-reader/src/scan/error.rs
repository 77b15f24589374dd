//! What can go wrong, and at which byte.

use std::io;

/// Why there is no next token. Offsets count bytes from where the scanner began.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The source could not be read.
    #[error("cannot read at byte {offset}: {cause}")]
    Read {
        /// How many bytes had been read.
        offset: u64,
        /// What the source said.
        cause: io::Error,
    },
    /// No end of the token within the limit.
    #[error("the token at byte {offset} is longer than {limit} bytes")]
    TooLong {
        /// Where the token begins.
        offset: u64,
        /// What is allowed.
        limit: usize,
    },
    /// A token that was wanted as text is not UTF-8.
    #[error("byte {offset} is not UTF-8")]
    NotUtf8 {
        /// Where the first byte is that is wrong.
        offset: u64,
    },
    /// A word is not a value of the wanted type.
    #[error("{token:?} at byte {offset} is no {wanted}: {reason}")]
    Value {
        /// Where the word begins.
        offset: u64,
        /// The word.
        token: String,
        /// The name of the type.
        wanted: &'static str,
        /// What the type's `FromStr` said.
        reason: String,
    },
    /// The split function gave up, or gave an impossible answer.
    #[error("cannot split at byte {offset}: {reason}")]
    Split {
        /// Where the bytes begin that it was shown.
        offset: u64,
        /// What is wrong with them.
        reason: String,
    },
}

impl ScanError {
    /// At which byte of the stream it is.
    pub fn offset(&self) -> u64 {
        match *self {
            Self::Read { offset, .. }
            | Self::TooLong { offset, .. }
            | Self::NotUtf8 { offset }
            | Self::Value { offset, .. }
            | Self::Split { offset, .. } => offset,
        }
    }
}
