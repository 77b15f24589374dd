//! From a path to another, and from the root.

use super::{GetwdError, Lossy, clean, is_abs, join, working_directory};

/// How to say `target` as seen from `base`: `join(base, rel(base, target))` means `target`.
///
/// It goes by the strings; neither has to exist. std's `strip_prefix` only goes down, never up by
/// `..`, and does not clean before it compares.
///
/// ```
/// use fs::path::rel;
///
/// assert_eq!(rel(b"/a/b", b"/a/c/d").unwrap(), b"../c/d");
/// assert_eq!(rel(b"a/b", b"a/b/").unwrap(), b".");
/// let error = rel(b"/a", b"b").unwrap_err();
/// assert_eq!(error.to_string(), "Rel: can't make b relative to /a");
/// ```
///
/// # Errors
///
/// When one is absolute and the other is not, or `base` begins with a `..` that `target` lacks: what
/// that directory is called, only the working directory could tell.
pub fn rel(base: &[u8], target: &[u8]) -> Result<Vec<u8>, RelError> {
    let refuse = || RelError {
        base: base.to_vec(),
        target: target.to_vec(),
    };
    if is_abs(base) != is_abs(target) {
        return Err(refuse());
    }
    let (base, target) = (clean(base), clean(target));
    let (base, target) = (elements(&base), elements(&target));
    let shared = (base.iter().zip(&target))
        .take_while(|(base, target)| base == target)
        .count();
    let (up, down) = (&base[shared..], &target[shared..]);
    if up.first() == Some(&&b".."[..]) {
        return Err(refuse());
    }
    let mut steps = vec![&b".."[..]; up.len()];
    steps.extend(down);
    Ok(match steps.is_empty() {
        true => b".".to_vec(),
        false => steps.join(&b'/'),
    })
}

/// The absolute path of `path`, as seen from the working directory, [`clean`]ed.
///
/// std's `path::absolute` leaves `..` alone, for the sake of symbolic links.
///
/// # Errors
///
/// When the working directory has no name: it was removed, or is out of reach.
pub fn abs(path: &[u8]) -> Result<Vec<u8>, GetwdError> {
    if is_abs(path) {
        return Ok(clean(path).into_owned());
    }
    Ok(abs_from(&working_directory()?, path))
}

/// The absolute path of `path`, as seen from `directory`, which is absolute.
///
/// ```
/// use fs::path::abs_from;
///
/// assert_eq!(abs_from(b"/home/me", b"../you/file"), b"/home/you/file");
/// assert_eq!(abs_from(b"/home/me", b"/etc/./hosts"), b"/etc/hosts");
/// ```
pub fn abs_from(directory: &[u8], path: &[u8]) -> Vec<u8> {
    match is_abs(path) {
        true => clean(path).into_owned(),
        false => join(&[directory, path]),
    }
}

/// No path leads from `base` to `target` that the strings alone could tell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Rel: can't make {} relative to {}", Lossy(target), Lossy(base))]
pub struct RelError {
    /// Where the path should have begun.
    pub base: Vec<u8>,
    /// Where it should have led.
    pub target: Vec<u8>,
}

/// The elements of a clean path: of `.` and `/` none.
fn elements(cleaned: &[u8]) -> Vec<&[u8]> {
    cleaned
        .split(|&byte| byte == b'/')
        .filter(|element| !matches!(*element, b"" | b"."))
        .collect()
}
