//! `get` with a range asks and answers in one step, so what is checked is what is used. The two ways to
//! be fooled are before that: a sum that wraps around, and a 64-bit number cut down to a `usize` of 32.
//! A name has to have its end in the table: without one it would be whatever comes next.

/// The section's bytes.
pub fn section(file: &[u8], offset: u64, size: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = start.checked_add(usize::try_from(size).ok()?)?;
    file.get(start..end)
}

/// The name at `offset` of a table of names.
pub fn name(table: &[u8], offset: u32) -> Option<&[u8]> {
    let rest = table.get(usize::try_from(offset).ok()?..)?;
    let end = rest.iter().position(|byte| *byte == 0)?;
    Some(&rest[..end])
}
