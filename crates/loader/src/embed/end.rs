//! The record that a reader of zips looks for first.

use super::error::EmbedError;

/// The size of the record without its comment.
pub const END_SIZE: usize = 22;

/// `PK`, 5, 6.
const SIGNATURE: [u8; 4] = *b"PK\x05\x06";

/// The end of central directory record (APPNOTE.TXT, section 4.3.16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// Where the record is in the file.
    pub at: u64,
    /// How many files the zip has.
    pub entries: u16,
    /// The directory's size in bytes.
    pub directory_size: u64,
    /// Where the directory begins in the file.
    pub directory: u64,
}

/// Finds the record in the last bytes of a file, of which `tail` is all from `start` on.
///
/// The record ends with a comment of up to 65,535 bytes, and nothing says from behind how long it
/// is. So one looks for the signature from the back, and takes the first whose comment ends exactly
/// where the file does: the four bytes may occur in a comment, too.
///
/// # Errors
///
/// No record ends the file, or its directory is not in front of it.
pub fn find_end(tail: &[u8], start: u64) -> Result<End, EmbedError> {
    let last = tail.len().checked_sub(END_SIZE).ok_or(EmbedError::NoZip)?;
    let longest_comment = usize::from(u16::MAX);
    let mut places = (last.saturating_sub(longest_comment)..=last).rev();
    let place = places
        .find(|place| is_end(&tail[*place..]))
        .ok_or(EmbedError::NoZip)?;
    let record = &tail[place..];
    let end = End {
        at: start + place as u64,
        entries: half(record, 10),
        directory_size: word(record, 12),
        directory: word(record, 16),
    };
    match end.directory + end.directory_size <= end.at {
        true => Ok(end),
        false => Err(EmbedError::Directory { end }),
    }
}

fn is_end(record: &[u8]) -> bool {
    record.starts_with(&SIGNATURE) && END_SIZE + usize::from(half(record, 20)) == record.len()
}

/// Numbers are little-endian. The caller has seen to the length.
fn half(record: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([record[at], record[at + 1]])
}

fn word(record: &[u8], at: usize) -> u64 {
    u64::from(half(record, at)) | u64::from(half(record, at + 2)) << 16
}
