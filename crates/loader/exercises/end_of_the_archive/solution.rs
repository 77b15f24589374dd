//! From the back, since the record is as near to the end as its comment allows. Each place is tried
//! with the length that stands there. A comment cannot be longer than a `u16` says, so a tool that
//! reads from a disk needs the last 64 KiB only.

/// Signature, fields and the comment's length.
const SIZE: usize = 22;

/// Where the end record begins.
pub fn find_end(file: &[u8]) -> Option<usize> {
    let ends_with_the_file = |start: &usize| {
        let record = &file[*start..];
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && record.len() == SIZE + comment
    };
    let last = file.len().checked_sub(SIZE)?;
    (0..=last).rev().find(ends_with_the_file)
}
