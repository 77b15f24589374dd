//! Paths that stay where they are: what may be taken from a stranger (a name in an archive, a URL)
//! and be joined to a directory of ours.

/// Whether `path`, by its string alone, stays within the directory that it is seen from: relative, not
/// empty, and with no `..` that leads out. A symbolic link on the way may still lead anywhere.
///
/// std has nothing like it.
///
/// ```
/// use fs::path::is_local;
///
/// assert!(is_local(b"a/../b"));
/// assert!(!is_local(b"a/../../b"));
/// assert!(!is_local(b"/a") && !is_local(b""));
/// ```
pub fn is_local(path: &[u8]) -> bool {
    if path.is_empty() || super::is_abs(path) {
        return false;
    }
    let cleaned = super::clean(path);
    *cleaned != *b".." && !cleaned.starts_with(b"../")
}

/// Whether `name` is one that Go's `io/fs` takes on every system: UTF-8, relative, clean, without
/// `..`; `.` alone stands for the root.
///
/// ```
/// use fs::path::valid_path;
///
/// assert!(valid_path(b".") && valid_path(b"a/b"));
/// assert!(!valid_path(b"a/../b") && !valid_path(b"a/") && !valid_path(b"\xff"));
/// ```
pub fn valid_path(name: &[u8]) -> bool {
    let sound = |element: &[u8]| !matches!(element, b"" | b"." | b"..");
    str::from_utf8(name).is_ok() && (name == b"." || name.split(|&byte| byte == b'/').all(sound))
}

/// The system's path for a [`valid_path`], which on Unix is itself.
///
/// # Errors
///
/// If it is none, or has a NUL in it, at which the kernel would stop reading.
pub fn localize(name: &[u8]) -> Result<&[u8], InvalidPath> {
    if !valid_path(name) || name.contains(&0) {
        return Err(InvalidPath);
    }
    Ok(name)
}

/// Not a path that [`localize`] takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid path")]
pub struct InvalidPath;
