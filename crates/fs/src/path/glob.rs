//! `filepath.Glob`: the files whose paths match a pattern.
//!
//! The pattern is taken apart from its end: `a*/b?/c` is `c` in what matches `a*/b?`, and so on down to a
//! beginning without special characters. From there it goes forward, and each directory found is
//! listed and its names matched with the next part.

use super::lookup::{lstat, sorted_names, stat};
use super::{BadPattern, Pattern, join, matches, split};

/// Go refuses patterns with more parts, which would exhaust its stack.
const MAX_PARTS: usize = 10_000;

/// The paths that match `pattern`: sorted within each directory, the directories in the order in
/// which they were found. None is no error, and neither is a directory that cannot be read.
///
/// std has no such function. Unlike the shell's, `*` and `?` match a leading dot. A pattern without
/// special characters is a path, and is answered as it stands if such a file exists.
///
/// # Errors
///
/// If the pattern is malformed, *and* that was noticed: see [`matches()`]. Also if it has more than ten
/// thousand parts with special characters.
pub fn glob(pattern: &[u8]) -> Result<Vec<Vec<u8>>, BadPattern> {
    if !has_special(pattern) {
        let found = lstat(pattern).ok().map(|_| pattern.to_vec());
        return Ok(found.into_iter().collect());
    }
    let (start, parts) = take_apart(pattern)?;
    let mut found = vec![start.to_vec()];
    for part in parts.into_iter().rev() {
        let part = Pattern::new(part);
        let mut next = Vec::new();
        for directory in found {
            list(&directory, &part, &mut next)?;
        }
        found = next;
    }
    Ok(found)
}

/// The directory to start from, and the parts to match below it, the last first.
fn take_apart(mut pattern: &[u8]) -> Result<(&[u8], Vec<&[u8]>), BadPattern> {
    let mut parts = Vec::new();
    while has_special(pattern) {
        if parts.len() == MAX_PARTS {
            return Err(BadPattern);
        }
        // A malformed pattern is refused even where no file would be compared with it.
        matches(pattern, b"")?;
        let (directory, part) = split(pattern);
        parts.push(part);
        pattern = match directory {
            b"" => b".",
            b"/" => b"/",
            [path @ .., _slash] => path,
        };
    }
    Ok((pattern, parts))
}

/// Adds the matching names in `directory`. What cannot be listed has none.
fn list(directory: &[u8], part: &Pattern, found: &mut Vec<Vec<u8>>) -> Result<(), BadPattern> {
    // Asked first: opening a pipe would wait for its other end.
    if !stat(directory).is_ok_and(|about| about.is_dir()) {
        return Ok(());
    }
    for name in sorted_names(directory).0 {
        if part.matches(&name)? {
            found.push(join(&[directory, &name]));
        }
    }
    Ok(())
}

fn has_special(path: &[u8]) -> bool {
    path.iter().any(|byte| b"*?[\\".contains(byte))
}
